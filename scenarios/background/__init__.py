"""`[[traffic]]`: what is said in the background, and that no row of a script is about it."""
