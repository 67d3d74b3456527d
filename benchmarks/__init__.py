"""How fast Accord is, as ratios against something measured in the same run. See docs/benchmarks.md.

`python -m benchmarks` runs them all; each file that names a benchmark says what is compared and why
that is fair. Nothing here is a test: a figure is to be read by somebody, never asserted.
"""
