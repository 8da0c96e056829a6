"""What the analysis of access rules costs in a large world."""
