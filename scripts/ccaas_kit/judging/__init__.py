"""Judging what a run or somebody's recording has exchanged; nothing here sends anything."""
