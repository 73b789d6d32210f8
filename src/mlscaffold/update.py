"""The command `update`."""
