"""A made-up integration and its tests: `python -m pytest --pyargs ccaas_kit.testing.example -n 4`."""
