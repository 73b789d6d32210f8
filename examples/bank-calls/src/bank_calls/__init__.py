"""A small, complete machine learning study. To read it, begin here.

The study, from the file to a decision that can be defended:
    project.toml, project      the question, columns, classes, costs, as checked settings
    data, split, features      load and check the rows, keep some for the end, prepare columns
    models                     the ladder, from class shares to boosting, each rung with its reason
    train                      tune (tuning), compare on folds (comparison), choose, fit
    calibration, costs         are the probabilities right, and which decisions follow from them
    diagnose                   bias or variance, more data, imbalance, where it is wrong
    evaluate                   open the test set: score, intervals, costs, groups

What makes it useful: predict (files), serve and service/ (a page, an API), monitor (drift).
What tells it: report and reporting/ write every number and figure from reports/results.json.
Every other file answers one question; its first line says which.
"""
