"""External ID Mapping."""
