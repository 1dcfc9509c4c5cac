"""Changes of our own bundles, each with all that `make diff` has to say about it."""
