"""The full-screen terminal without its screen: keys and messages in, a state and its rows out."""
