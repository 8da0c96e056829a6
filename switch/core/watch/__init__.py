"""Watches while the switch runs: what is counted, and when its owner is told."""
