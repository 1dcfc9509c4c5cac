"""The command `ccaas`: one module says which subcommands there are and starts them."""
