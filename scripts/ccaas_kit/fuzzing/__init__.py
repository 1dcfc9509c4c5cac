"""Random requests: runs Schemathesis within limits."""
