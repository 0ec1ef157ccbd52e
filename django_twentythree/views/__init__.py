"""The doors: permission, reading what was sent, one call, an answer."""
