"""The read-only API under /api/v1/: the lists, records and counts of the pages, as JSON for programs."""
