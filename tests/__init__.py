"""Tests of the contract, of what is generated from it and of the runner."""
