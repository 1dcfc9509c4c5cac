"""Agent Mapping."""
