"""Turns the files into one list of who took what, when; numbers stand for users and items."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .kit import Stop
from .kit.intervals import Vector
from .kit.project import fetch, numbers, read_table
from .kit.sample import make_films
from .kit.settings import Data, Items, Settings

TICKS = {"seconds": 86_400, "milliseconds": 86_400_000}  # in a day
LATEST = 60_000  # days from 1970: the year 2134; later ones are another unit, or typing errors
AGES = (7, 14, 28, 56, 112)  # days


class Log(NamedTuple):
    """Every interaction once, in order of time, and what the numbers of users and items stand for.

    The columns of `frame` are user and item (numbers from 0), rating, time (in days) and row (of
    the file); `users` and `items` are the labels of the file, `titles` say items in words.
    """

    frame: pd.DataFrame
    users: pd.Index[str]
    items: pd.Index[str]
    titles: pd.Series[str]

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many users and items there are."""
        return len(self.users), len(self.items)


def load(settings: Settings) -> tuple[Log, dict[str, Any]]:
    """Return the clean interactions, and the facts about the file and its cleaning."""
    columns, data = settings.columns, settings.data
    if data.demo:
        make_films(data.file, settings.items.file if settings.items else None)
    needed = [columns.user, columns.item, columns.rating, columns.time]
    needed = [*dict.fromkeys([*filter(None, needed), *(rule.column for rule in data.remove)])]
    raw = read(data, needed)
    gaps = {name: int(count) for name, count in raw[needed].isna().sum().items() if count}
    kept, removed = remove(raw, data)
    frame, merged = merge_repeats(convert(kept, settings), settings.feedback.repeats)
    # Numbered by label: nothing that is hidden later decides which of equal scores comes first.
    (users, user_labels), (items, item_labels) = (
        pd.factorize(frame[name], sort=True) for name in ("user", "item")
    )
    frame = frame.assign(user=users, item=items)
    labels = pd.Index(item_labels)
    log = Log(frame, pd.Index(user_labels), labels, read_titles(settings.items, labels))
    if settings.metric.k > len(labels):
        raise Stop(f"metric.k is larger than the {len(labels)} items there are", "lower metric.k")
    facts = {"rows": len(raw), "columns": raw.shape[1], "missing": gaps}
    return log, facts | {"duplicates": merged["rows"], "cleaning": [*removed, merged]}


def read(source: Data | Items, needed: list[str]) -> pd.DataFrame:
    """Return the rows of a file, with `needed` columns as texts."""
    frame = read_table(fetch(source), source, needed)
    if source.layout == "dst":  # C is a visitor, the V below it are their visits, A are items
        frame["case"] = frame["code"].where(frame["kind"] == "C").ffill()
        frame = frame[frame["kind"] == ("A" if isinstance(source, Items) else "V")]
    if absent := [name for name in needed if name not in frame]:
        found = ", ".join(map(repr, frame))
        raise Stop(f"{source.file} has no column {absent[0]!r}, but {found}", "correct [columns]")
    return frame


def remove(frame: pd.DataFrame, data: Data) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that no rule removes, and for each rule how many it removed."""
    log = []
    for rule in data.remove:
        column = frame[rule.column]
        if rule.empty:
            hit = column.isna()
        elif rule.at_most is not None:
            hit = pd.to_numeric(column, errors="coerce") <= rule.at_most
        else:
            hit = column.str.fullmatch(rule.matches or "").fillna(value=False).astype(bool)
        frame = frame[~hit]
        log.append({"rule": f"`{rule.column}`: {rule.reason}", "rows": int(hit.sum())})
    return frame, log


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return user, item, rating, time and row; a missing or impossible value is an error."""
    columns, feedback = settings.columns, settings.feedback
    for name in filter(None, [columns.user, columns.item, columns.rating, columns.time]):
        refuse(frame, name, frame[name].isna(), "missing")
    rating: Any = numbers(frame[columns.rating]) if columns.rating else 1.0
    if columns.rating:
        inside = rating.between(feedback.lowest, feedback.highest)
        refuse(frame, columns.rating, ~inside, "outside of feedback.lowest and feedback.highest")
    time = days(frame, columns.time, columns.time_format) if columns.time else 0.0
    found = {"user": frame[columns.user].str.strip(), "item": frame[columns.item].str.strip()}
    return pd.DataFrame({**found, "rating": rating, "time": time, "row": frame.index})


def days(frame: pd.DataFrame, name: str, form: str) -> pd.Series[float]:
    """Return moments as days since 1970."""
    if form in TICKS:
        since = numbers(frame[name]) / TICKS[form]
    else:
        moments = pd.to_datetime(frame[name], format=form, errors="coerce")
        since = (moments - pd.Timestamp(0)) / pd.Timedelta(days=1)
    refuse(frame, name, ~(since.abs() <= LATEST), f"no moment written as {form!r}")
    return since


def refuse(frame: pd.DataFrame, name: str, wrong: pd.Series[bool], reason: str) -> None:
    """Stop at the first value that is not what it should be."""
    if wrong.any():
        first = wrong.idxmax()
        place = f"column {name!r}, row {first}: {frame.loc[first, name]!r} is {reason}"
        hint = "correct project.toml or the file, or remove such rows under [[data.remove]]"
        raise Stop(f"{place} ({wrong.sum()} such rows)", hint)
    if frame.empty:
        raise Stop("no rows are left after cleaning", "correct the rules under [[data.remove]]")


def merge_repeats(frame: pd.DataFrame, repeats: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return in order of time the first row of each user and item, and how many others there were.

    The first, because from then on the item is no news, and a later rating was not known yet.
    Where repeats are allowed, only those at the same moment are merged.
    """
    frame = frame.sort_values("time", kind="stable")
    repeated = frame.duplicated(["user", "item", *(["time"] if repeats == "allowed" else [])])
    rule = "repeats of a user and item: the first one stays"
    return frame[~repeated], {"rule": rule, "rows": int(repeated.sum())}


def read_titles(source: Items | None, labels: pd.Index[str]) -> pd.Series[str]:
    """Return the most frequent title of every item, or else its label, as a person writes it."""
    if source is None:
        return pd.Series(labels, labels)
    known = read(source, [source.item, source.title])[[source.item, source.title]].dropna()
    known = known.set_axis(["item", "title"], axis=1).apply(lambda column: column.str.strip())
    count = known.groupby(["item", "title"]).size().sort_values(ascending=False, kind="stable")
    often = count.index.to_frame(index=False).drop_duplicates("item").set_index("item")["title"]
    found = often.reindex(labels).fillna(pd.Series(labels, labels))
    found = found.where(~found.str.isupper(), found.str.capitalize())
    return found.str.replace(r"^(.+), (The|A|An)( \(\d{4}\))$", r"\2 \1\3", regex=True)


def describe(log: Log, timed: bool) -> dict[str, Any]:
    """Return size, long tail and fashions of interactions."""
    frame = log.frame
    per_item = np.sort(np.bincount(frame["item"]))[::-1]
    per_user = np.bincount(frame["user"])
    return {
        "interactions": len(frame),
        "users": int((per_user > 0).sum()),
        "items": int((per_item > 0).sum()),
        "density": len(frame) / (log.shape[0] * log.shape[1]),
        "median_per_user": float(np.median(per_user[per_user > 0])),
        "users_once": int((per_user == 1).sum()),
        "items_once": int((per_item == 1).sum()),
        "tail": long_tail(per_item[per_item > 0]),
        "fashion": fashion(frame) if timed else [],
    }


def long_tail(per_item: Vector) -> list[dict[str, float]]:
    """Return which share of the interactions the best-known items have, for shares of items."""
    total = np.concatenate([[0], np.cumsum(per_item) / per_item.sum()])
    shares = np.linspace(0, 1, 41)
    return [
        {"items": share, "interactions": float(np.interp(share * len(per_item), range(len(total)), total))}
        for share in shares
    ]


def fashion(frame: pd.DataFrame) -> list[dict[str, float]]:
    """Return how many of a week's ten favourites are still among the ten some weeks later."""
    week = ((frame["time"] - frame["time"].min()) // 7).astype(int)
    tops = {
        key: set(part.value_counts(sort=True).index[:10]) for key, part in frame["item"].groupby(week)
    }
    found = []
    for age in AGES:
        kept = [len(top & tops[key + age // 7]) for key, top in tops.items() if key + age // 7 in tops]
        if len(kept) > 1:
            found.append({"days": age, "kept": float(np.mean(kept))})
    return found
