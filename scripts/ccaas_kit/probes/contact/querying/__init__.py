"""What a list of contacts finds, in which order, and how it is paged."""
