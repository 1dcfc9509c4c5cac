"""Encoded queries: parsed, and compiled to SQL."""
