"""Importing the directory: bad files, plans, all or nothing, the record, the command."""
