"""Rows that do not fit into memory: `parts` makes parts of them, `run` fits and scores on parts."""
