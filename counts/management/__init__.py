"""Commands of the counts and the demo."""
