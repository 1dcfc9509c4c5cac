"""The state of one sandbox: settings, seed, clock, ids."""
