"""Probes of the Contact API."""
