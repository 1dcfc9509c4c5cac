"""AWA Offer Work."""
