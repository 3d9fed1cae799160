"""The document: the one owner of what the user has opened and decided."""
