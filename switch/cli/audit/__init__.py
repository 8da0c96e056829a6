"""The verbs of `wireroom audit`, a module each."""
