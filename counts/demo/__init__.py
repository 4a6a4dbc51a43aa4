"""The demo: the worked example for Belarus, and invented people in the invented country Exampleland (ZZ)."""
