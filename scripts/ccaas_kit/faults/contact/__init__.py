"""Faults and variants of the Contact API."""
