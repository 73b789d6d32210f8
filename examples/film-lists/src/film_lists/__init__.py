"""A small, complete recommender study. To read it, begin here.

The study, from a log of interactions to lists that can be defended:
    project.toml, project      the question, columns, feedback, split, list length
    data, split                load and check the log, hide its end
    models                     the ladder: popular, trending, weights (neighbours, EASE), factors
    ranking                    lists from the whole catalogue: how good, how sure, how varied
    train                      tune and compare on hidden interactions (comparison), choose, fit
    diagnose                   bias or variance, more users, newcomers, the worst lists
    evaluate                   open the test interactions, once more and counted

What makes it useful: recommend (one list), predict (files), serve and service/ (a page, an API),
monitor (drift).
What tells it: report and reporting/ write every number and figure from reports/results.json.
Every other file answers one question; its first line says which.
"""
