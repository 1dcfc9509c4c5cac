"""One conformance run from its options to its exit code."""
