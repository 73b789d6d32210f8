"""A small, complete machine learning study. To read it, begin here.

The study, from the file to a number that can be defended:
    project.toml, project      the question, columns, split, metric, as checked settings
    data, split, features      load and check the rows, keep some for the end, prepare columns
    models                     the ladder, from the mean to boosting, each rung with its reason
    train                      tune (tuning), compare on folds (comparison), choose, fit
    diagnose                   bias or variance, more data, what matters, where it is wrong
    evaluate                   open the test set: score, intervals, slices

What makes it useful: predict (files), serve and service/ (a page, an API), monitor (drift).
What tells it: report and reporting/ write every number and figure from reports/results.json.
Every other file answers one question; its first line says which.
"""
