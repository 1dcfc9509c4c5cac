"""What `build_models.py` and `build_python_client.py` make the Python package from."""
