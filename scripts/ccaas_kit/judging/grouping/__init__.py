"""Findings of one cause as groups: by what they share, in words, with the lines that show it."""
