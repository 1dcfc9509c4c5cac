"""Probes of the Agent Mapping API."""
