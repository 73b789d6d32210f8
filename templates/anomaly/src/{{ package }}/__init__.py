"""Finds the rare cases that deserve a look. Read in this order:

data       what the files hold, in order, and the log of its cleaning
labels     who called what an anomaly: rows, or windows of time
split      rows to learn what is normal, to set the threshold, and to test on
features   for a series what looks back, then numbers on one scale
models     the rule of thumb, then detectors from the simplest to the most complex
alerts     from scores to alerts: what counts as one, and where the threshold lies
train      step 1: fit without labels, choose by the stated rule, set the threshold
diagnose   step 2: why it errs, and whether more normal rows would help
evaluate   step 3: open the test rows, and write down that this was done
"""
