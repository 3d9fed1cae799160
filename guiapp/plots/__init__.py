"""Drawing parts that know engine values, not the document."""
