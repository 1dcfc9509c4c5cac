"""Workflows in Arazzo: their documents, and the expressions in them."""
