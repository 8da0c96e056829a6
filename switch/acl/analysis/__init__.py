"""What a whole file says: everything finite about it, found by looking at all of it."""
