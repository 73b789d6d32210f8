"""Puts results into words and figures; nothing here measures, so no edit makes numbers stale."""
