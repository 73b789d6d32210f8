"""Measurements that run in the environment of the checked project, on a copy of it.

`check --run` copies this package beside the copy. It uses what such a project has anyway: numpy,
pandas and scikit-learn, nothing of mlscaffold.
"""
