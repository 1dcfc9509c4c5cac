"""Random requests: Schemathesis, told what to send, and bounded."""
