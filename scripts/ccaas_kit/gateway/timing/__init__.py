"""When requests leave: the pace, the patience with silence, and whose clock a record has."""
