"""A small, complete study of anomalies. To read it, begin here.

The study, from the file to alerts that can be defended:
    project.toml, project      the question, columns, labels, split, alert policy
    data, labels, split        load and check the rows; labels judge, detectors never see them
    series, features           what a row of a time series knows of the past; prepare columns
    models                     the ladder of detectors (gaussian, detectors, ensemble)
    train                      fit, compare (comparison), choose; alerts sets the threshold
    diagnose                   more data, contamination, a kind never seen, doubtful cases
    evaluate                   open the test rows: score, alerts per period, windows found

What makes it useful: predict (files), serve and service/ (a page, an API), monitor (drift).
What tells it: report and reporting/ write every number and figure from reports/results.json.
Every other file answers one question; its first line says which.
"""
