"""Probes of the Interaction Management API."""
