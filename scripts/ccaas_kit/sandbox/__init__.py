"""A stateful instance of the five APIs, driven by the contract. Imports `ccaas_kit.contract` only."""
