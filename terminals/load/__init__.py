"""Many scripted terminals at a rate, every reply checked: `wireroom load`."""
