"""What the build steps and the conformance runner share. Imports neither of them."""
