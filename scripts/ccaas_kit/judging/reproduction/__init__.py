"""How a finding is shown again: as commands for a shell, with what led to it."""
