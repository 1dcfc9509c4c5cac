"""Plays the Arazzo workflows of the contract against a target."""
