"""The web service around the model: nothing here has a part in any measured number."""
