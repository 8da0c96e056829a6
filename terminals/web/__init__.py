"""Terminals in a browser: pages drawn by the server, nothing loaded from elsewhere."""
