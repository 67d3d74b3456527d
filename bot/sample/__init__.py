"""An organisation for the demo: its directory as a file for the importer, and what goes beyond."""
