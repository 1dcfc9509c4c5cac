"""Requests and responses of the sandbox, from the socket to the behavior of an operation."""
