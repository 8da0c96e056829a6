"""The switch: wire formats, access control, core and the shell that runs them."""
