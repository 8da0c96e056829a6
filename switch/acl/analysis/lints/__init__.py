"""What `acl check` finds beyond tests and promises, over the whole finite world."""
