"""What the platform does before an operation: credentials, OAuth, rate limits; and its Table API."""
