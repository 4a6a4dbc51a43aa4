"""Names of people: from any spelling in any script to forms that can be compared, matched and found."""
