"""Messages to people: administrative messages, broadcasts and hit confirmation."""
