"""The verbs of `wireroom owner`, a module each."""
