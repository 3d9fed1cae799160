"""A session: what is open, what was decided, what follows from it, and what leaves."""
