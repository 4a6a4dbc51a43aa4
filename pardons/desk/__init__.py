"""The editors' desk: from a report to records, from records to what is published."""
