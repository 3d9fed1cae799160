"""The only place that opens files: one gate, one reader a product, one atomic writer."""
