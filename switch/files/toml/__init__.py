"""TOML as a text: where what stands, and a text with mistakes read on past each of them."""
