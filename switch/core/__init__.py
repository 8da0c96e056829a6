"""Events in, commands out, pure."""
