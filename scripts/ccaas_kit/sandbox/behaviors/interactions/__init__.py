"""Interaction Management."""
