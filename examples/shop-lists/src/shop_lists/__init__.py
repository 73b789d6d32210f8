"""A study of lists that differ between people.

Read in this order:

data      the file, cleaned: who took what, when
split     what is hidden from the models, and whom they are asked about
models    the ladder, from one list for all to hidden tastes
personal  the models that know a user's past
train     step 1: tune, compare, choose
diagnose  step 2: why the chosen model errs, and what would help
evaluate  step 3: open the test
"""
