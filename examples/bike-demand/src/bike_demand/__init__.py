"""The study, in reading order: data, split, features, models; then train, diagnose, evaluate.

`kit` is machinery, `project.toml` holds the facts and policies.
"""
