"""The policy: one document, adopted as a version of the record."""
