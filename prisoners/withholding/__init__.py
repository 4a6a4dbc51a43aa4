"""Withholding a person: the identity is hidden once no public text tells it any more."""
