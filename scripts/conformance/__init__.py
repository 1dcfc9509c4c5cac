"""What a target does with each promise of the contract."""
