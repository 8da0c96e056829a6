"""The verbs of `wireroom acl`, a module each: `add` its arguments, `run` it."""
