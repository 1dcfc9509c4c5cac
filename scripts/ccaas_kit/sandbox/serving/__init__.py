"""The sandbox as people start it: options, the application, its control, and the server that runs it."""
