"""`mlscaffold check`: what a careful reviewer would find in a repository, found beforehand.

Rules are tiny classes in modules named after what they look at; each docstring is the advice. They
read a `Repository`, which reads files and never runs anything of it.
"""
