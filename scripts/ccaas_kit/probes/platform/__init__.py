"""Probes that every operation has: media types, credentials, roles, URLs, malformed requests."""
