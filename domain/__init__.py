"""Rules, commands, read models and errors: plain data and pure functions, no words, no I/O."""
