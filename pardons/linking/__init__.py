"""Many people at once: from a pasted list of names to records, as one piece that is reviewed and published whole."""
