"""Finds the rare cases that deserve a look.

Read in this order: data, labels, split, features, models (the rule of thumb first), alerts, then
the steps train, diagnose, evaluate. `kit` is machinery.
"""
