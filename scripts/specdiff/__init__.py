"""What a change of the contract means for its clients, and the version number that it needs."""
