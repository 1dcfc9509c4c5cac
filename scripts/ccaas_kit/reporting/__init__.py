"""Findings, the scorecard, and the files and tables that show them."""
