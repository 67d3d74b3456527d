"""Behaviour of Accord, a folder per part; a test's name is a sentence."""
