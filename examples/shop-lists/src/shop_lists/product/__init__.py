"""The model at work. Read opening, then predict, serve (page.html), monitor."""
