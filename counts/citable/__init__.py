"""Citable releases: the public data frozen at a changeset, under an address whose numbers never change."""
