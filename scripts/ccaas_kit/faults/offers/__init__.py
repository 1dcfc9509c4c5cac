"""Faults and variants of AWA Offer Work."""
