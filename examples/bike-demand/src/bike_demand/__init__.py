"""The study, in reading order: data, split, features, models, train, diagnose, evaluate."""
