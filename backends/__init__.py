"""Behind the switch: the databases that other people own."""
