"""The audited record: the tree, the entry format, sealing, appending, verification."""
