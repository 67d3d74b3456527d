"""A believable organisation for the demo: its directory as a file for the importer, and the rest."""
