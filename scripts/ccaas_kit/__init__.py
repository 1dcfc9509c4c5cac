"""Contract of the five APIs: judge an instance by it, or serve one that keeps it."""
