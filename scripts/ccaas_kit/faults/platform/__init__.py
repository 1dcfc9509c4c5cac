"""Faults that no single API has."""
