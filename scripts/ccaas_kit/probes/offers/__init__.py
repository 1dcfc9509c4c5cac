"""Probes of the AWA Offer Work API."""
