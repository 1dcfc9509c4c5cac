"""The write guard, the journal of what a run creates, and the clean-up."""
