"""The server side of the sandbox: what the platform keeps, and how it answers."""
