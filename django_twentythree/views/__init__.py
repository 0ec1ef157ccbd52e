"""The views: each checks the permission, reads the request, makes one call and responds."""
