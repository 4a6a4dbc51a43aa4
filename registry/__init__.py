"""The ground: settings, sources and citations, partial dates, publication, history, downloads, accounts."""
