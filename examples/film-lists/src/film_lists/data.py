"""Turns the files into one list of who had what, when; numbers stand for users and items."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .arrays import Vector
from .cleaning import convert, merge_repeats, remove
from .command import ProjectError
from .project import Settings
from .reading import check_columns, fetch, read


class Log(NamedTuple):
    """Every interaction once, in order of time, and what the numbers of users and items stand for.

    The columns of `frame` are user and item (numbers from 0), rating, time (in days) and row (of
    the file). `items` has the columns item, title and tags.
    """

    frame: pd.DataFrame
    users: pd.Index[str]
    items: pd.DataFrame


def load(root: Path, settings: Settings) -> tuple[Log, dict[str, Any]]:
    """Return the clean interactions, and the facts about the file and its cleaning."""
    frame = read(fetch(root, settings.data), settings.data)
    check_columns(frame, needed(settings), settings.data.source)
    facts: dict[str, Any] = {"rows": len(frame), "columns": frame.shape[1]}
    facts["missing"] = {
        name: int(n) for name, n in frame[needed(settings)].isna().sum().items() if n
    }
    frame, removed = remove(frame, settings.data.remove)
    frame, merged = merge_repeats(convert(frame, settings), settings.feedback.repeats)
    facts["duplicates"], facts["cleaning"] = merged["rows"], [*removed, merged]
    # numbered by label: nothing that is hidden later decides which of equal scores comes first
    users, items = (pd.factorize(frame[name], sort=True) for name in ("user", "item"))
    frame = frame.assign(user=users[0], item=items[0])
    titles = read_items(root, settings, pd.Index(items[1]))
    facts |= describe(frame, titles)
    if settings.metric.k > len(titles):
        raise ProjectError(
            f"metric.k is {settings.metric.k}, but there are only {len(titles)} items to choose "
            "from",
            "lower metric.k in project.toml",
        )
    return Log(frame, pd.Index(users[1]), titles), facts


def needed(settings: Settings) -> list[str]:
    """Return the columns that the interactions must have."""
    columns = settings.columns
    named = [columns.user, columns.item, columns.rating, columns.time]
    return list(
        dict.fromkeys([*filter(None, named), *(rule.column for rule in settings.data.remove)])
    )


def read_items(root: Path, settings: Settings, labels: pd.Index[str]) -> pd.DataFrame:
    """Return label, title and tags of every item: the most frequent title, or else the label."""
    table = pd.DataFrame({"item": labels, "title": labels, "tags": ""})
    if settings.items:
        source = settings.items
        known = read(fetch(root, source), source)
        wanted = list(filter(None, [source.item, source.title, source.tags]))
        check_columns(known, wanted, source.source)
        known = known.dropna(subset=[source.item, source.title])
        often = known.groupby([source.item, source.title])[source.title].transform("size")
        order = often.sort_values(ascending=False, kind="stable").index
        known = known.loc[order].drop_duplicates(source.item).set_index(source.item)
        known = known.reindex(labels)
        table["title"] = (
            known[source.title].str.strip().fillna(pd.Series(labels, labels)).to_numpy()
        )
        if source.tags:
            table["tags"] = known[source.tags].fillna("").to_numpy()
    return table


def describe(frame: pd.DataFrame, items: pd.DataFrame) -> dict[str, Any]:
    """Return size, density and long tail of the interactions."""
    per_item = frame["item"].value_counts().to_numpy()
    per_user = frame["user"].value_counts().to_numpy()
    tenth = max(1, len(per_item) // 10)
    return {
        "interactions": len(frame),
        "users": len(per_user),
        "items": len(per_item),
        "density": len(frame) / (len(per_user) * len(per_item)),
        "users_once": int((per_user == 1).sum()),
        "items_once": int((per_item == 1).sum()),
        "median_per_user": float(np.median(per_user)),
        "top_tenth_share": per_item[:tenth].sum() / len(frame),
        "titles": int((items["title"] != items["item"]).sum()),
        "tagged": int((items["tags"] != "").sum()),
    }


def popularity(frame: pd.DataFrame, log: Log) -> Vector:
    """Return the share of users that had each item."""
    return np.bincount(frame["item"], minlength=len(log.items)) / max(1, frame["user"].nunique())
