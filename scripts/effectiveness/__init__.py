"""Evidence that a conformance run finds what is wrong: faults, variants and mutants, and who saw them."""
