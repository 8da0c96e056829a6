"""The switch's verbs, one module each, and the style all verbs share."""
