"""Tests of the sample organisation's past."""
