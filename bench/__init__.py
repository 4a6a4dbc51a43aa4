"""Benchmarks: run by hand, printed as ratios of what is measured to a yardstick in the same run."""
