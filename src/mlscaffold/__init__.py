"""Makes machine-learning projects whose every choice can be defended in an interview."""
