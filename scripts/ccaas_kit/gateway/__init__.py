"""Everything that leaves for a target: sending, credentials, limits, write guard, journal, clean-up."""
