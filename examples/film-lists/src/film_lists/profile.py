"""What may drift in interactions: which items are taken, and how they are rated."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .data import Log
from .drift import compare, false_alarms
from .project import Settings
from .split import Holdout, hide


def profile(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return which item was taken and how it was rated.

    What users had before is left out: it grows with the data, so it would always drift.
    """
    table = pd.DataFrame({"item": rows["item"].astype(str)})
    explicit = settings.feedback.kind == "explicit"
    return table.assign(rating=rows["rating"].astype(float)) if explicit else table


def reference(training: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the profile of the validation interactions: of the time just before the new ones."""
    return profile(hide(training, settings.split).hidden, settings)


def rehearse(holdout: Holdout, settings: Settings) -> dict[str, Any]:
    """Return what the monitor says of the test interactions, and where nothing changed."""
    usual, limits = reference(holdout.known, settings), settings.monitor
    later = profile(holdout.hidden, settings)
    kept = ("name", "psi", "excess", "p", "drifted")
    return {
        "limit": limits.psi,
        "rows": len(later),
        "later": [{key: each[key] for key in kept} for each in compare(later, usual, limits)],
        "false_alarms": false_alarms(usual, limits),
        "unit_change": None,
    }


def with_labels(rows: pd.DataFrame, log: Log) -> pd.DataFrame:
    """Return interactions with the labels of users and items in place of their numbers."""
    items = log.items["item"].to_numpy()
    return rows.assign(user=log.users.to_numpy()[rows["user"]], item=items[rows["item"]])
