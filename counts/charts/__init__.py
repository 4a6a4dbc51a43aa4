"""Charts: one Vega-Lite specification of a series, drawn on the server as SVG and PNG."""
