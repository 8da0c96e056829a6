"""Owners change their own files while the switch runs, and its operator what is in service."""
