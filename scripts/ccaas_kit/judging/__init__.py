"""Judging what a run, a replay or somebody's recording has exchanged; nothing here sends anything."""
