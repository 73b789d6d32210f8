"""The model at work. Read rows, outcome and opening, then predict, serve (page.html), monitor."""
