"""A small video site that uses the package with ordinary views and templates."""
