"""House rules of the contract that Redocly cannot express, one module per kind of file."""
