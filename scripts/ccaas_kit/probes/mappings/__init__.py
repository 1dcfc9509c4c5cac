"""Probes of the External ID Mapping API."""
