"""`python -m ccaas_kit` is the command `ccaas`."""

from ccaas_kit.cli.main import entry

if __name__ == "__main__":
    entry()
