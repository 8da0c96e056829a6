"""Reports, all drawn from one result and one run."""
