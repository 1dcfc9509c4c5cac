"""The kit's own code: build and check steps, the conformance runner and what they share."""
