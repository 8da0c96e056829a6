"""What docs/performance.md reports: ratios between contenders that are visited in the same run."""
