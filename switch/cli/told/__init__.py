"""A report, told on a screen, as JSON, or as one page that can be printed."""
