"""The people's end of a line."""
