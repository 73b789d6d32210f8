"""The study, in the order in which to read it.

data, split, features, costs, models; then the three steps: train, diagnose, evaluate.
`kit` is machinery, `project.toml` holds the facts and policies.
"""
