"""Evidence that a conformance run finds what is wrong: faults and variants, and which of them it detects."""
