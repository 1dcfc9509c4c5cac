"""Which tools of others read the contract, and in which of its forms: `make compat`."""
