"""Announcements, pardons and reported figures; reading announcement texts."""
