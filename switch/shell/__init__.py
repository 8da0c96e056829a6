"""All that can block, fail or differ by machine: lines, the journal, the clock, the switch."""
