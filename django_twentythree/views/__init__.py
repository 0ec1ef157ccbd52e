"""The views: check the permission, read the request, make one call, answer."""
