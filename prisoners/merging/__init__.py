"""Two records become one, and two again."""
