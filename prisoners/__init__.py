"""People: names, recognitions, detentions, convictions, releases; search and import."""
