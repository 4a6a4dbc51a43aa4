"""The numbers: series, readings, explanations, charts and the home page."""
