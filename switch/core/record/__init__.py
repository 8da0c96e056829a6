"""What goes on record: the journal, each owner's ledger, and what is told of them."""
