"""What `build_models.py` and `build_client.py` make the Python package from."""
