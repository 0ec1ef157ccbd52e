"""A small video site: what a project builds on the mirror with ordinary views and templates."""
