"""Who may ask what, pure."""
