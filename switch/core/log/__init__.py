"""The switch's own log, searched."""
