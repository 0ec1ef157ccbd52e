"""The example project with more forms: every field, several kinds of inlines, a page outside the admin."""
