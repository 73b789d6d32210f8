"""`mlscaffold defend`: an interview about the numbers of one's own project.

The bank asks what an artifact can answer, the judge compares what a program honestly can, and the
diary remembers how it went. No model, no network: where it cannot judge, it says so.
"""
