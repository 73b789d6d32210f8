"""Optional studies: each is one module with its text; run them by `python -m`."""
