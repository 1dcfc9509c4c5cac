"""Measures the sandbox beside other mock servers; gives ratios of one run, never verdicts."""
