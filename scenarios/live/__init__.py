"""A lesson with people in the seats, led by a trainer."""
