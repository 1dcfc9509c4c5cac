"""The log of a run: its events, how they are written, and recordings of others as a log."""
