"""A stateful instance of the five APIs, driven by the contract. Imports `scripts.kit` only."""
