"""The abuse cases of the design: a table, a test for each, and a script that takes defences out."""
