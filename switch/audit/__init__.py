"""What one owner's ledger shows and proves; pure, from entries alone."""
