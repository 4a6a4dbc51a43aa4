"""Lists of people from files: read, mapped, checked, planned, applied, undone. See docs/importing.md."""
