"""Files that people write: every mistake at once, on its line, with what to write instead."""
