"""The `accord` command as an operator starts it: a process, its words, its exit code."""
