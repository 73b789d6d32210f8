"""Turns the files into one list of who took what, when; numbers stand for users and items."""

from __future__ import annotations

from string import capwords
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from .kit import Stop
from .kit.project import fetch, numbers, read_table, refuse, to_dates
from .kit.settings import Data, Items, Settings

TICKS = {"seconds": 86_400, "milliseconds": 86_400_000}  # in a day
LATEST = 60_000  # days from 1970: the year 2134; later ones are another unit, or typing errors


class Log(NamedTuple):
    """Every interaction once, in order of time, and what the numbers of users and items stand for.

    The columns of `frame` are user and item (numbers from 0), rating, and time (in days); `users`
    and `items` are the labels of the file, `titles` say items in words.
    """

    frame: pd.DataFrame
    users: pd.Index[str]
    items: pd.Index[str]
    titles: pd.Series[str]


def load(settings: Settings) -> tuple[Log, dict[str, Any]]:
    """Return the clean interactions, and the facts about the file and its cleaning."""
    threadpool_limits(1, user_api="blas")  # its threads mostly wait for each other
    columns = settings.columns
    names = [*filter(None, [columns.user, columns.item, columns.rating, columns.time])]
    raw = read(settings.data, names)
    kept, cleaning = remove(raw, names, settings.data)
    if kept.empty:
        raise Stop("no rows are left after cleaning", "correct [data.remove]")
    frame = convert(kept, settings).sort_values("time", kind="stable")
    # The first of several: from then on the item is no news, and a later rating is not known yet.
    per_visit = ["time"] if settings.feedback.repeats == "allowed" else []
    repeated = frame.duplicated(["user", "item", *per_visit])
    cleaning.append({"rule": "the same again: the first stays", "rows": repeated.sum()})
    frame = frame[~repeated]
    # Numbered by label: nothing that is hidden later decides which of equal scores comes first.
    user, users = pd.factorize(frame["user"], sort=True)
    item, items = pd.factorize(frame["item"], sort=True)
    log = Log(frame.assign(user=user, item=item), users, items, read_titles(settings.items, items))
    gaps = {name: count for name, count in raw[names].isna().sum().items() if count}
    facts = {"rows": len(raw), "columns": raw.shape[1], "missing": gaps, "cleaning": cleaning}
    return log, facts | {"duplicates": repeated.sum()} | describe(log)


def read(source: Data | Items, names: list[str]) -> pd.DataFrame:
    """Return the rows of a file, with the columns `names` as texts."""
    frame = read_table(fetch(source), source, names)
    if source.layout == "dst":  # C is a visitor, the V below it are their visits, A are items
        frame["case"] = frame["code"].where(frame["kind"] == "C").ffill()
        frame = frame[frame["kind"] == ("A" if isinstance(source, Items) else "V")]
    if absent := [name for name in names if name not in frame]:
        found = ", ".join(map(repr, frame))
        raise Stop(f"{source.file} has no column {absent[0]!r}, but {found}", "correct [columns]")
    if twice := [name for name in names if f"{name}.1" in frame]:
        raise Stop(f"{source.file} has the column {twice[0]!r} twice", "leave one of each")
    return frame


def remove(
    frame: pd.DataFrame, names: list[str], data: Data
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the complete rows that no rule removes, and for each rule how many it removed."""
    dropped = frame[names].isna().any(axis=1)
    log = [{"rule": f"no {' or '.join(names)}", "rows": dropped.sum()}]
    frame = frame[~dropped]
    for reason, where in data.remove.items():
        try:
            dropped = pd.Series(frame.eval(where, engine="python"), frame.index).eq(other=True)
        except Exception as error:  # noqa: BLE001 - whatever a person may write there
            raise Stop(f"data.remove: {where!r}: {error}", "correct this condition") from None
        frame = frame[~dropped]
        log.append({"rule": reason, "rows": dropped.sum()})
    return frame, log


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return user, item, rating and time, in days since 1970; an impossible value is an error."""
    columns = settings.columns
    user, item = (frame[name].str.strip() for name in (columns.user, columns.item))
    found = pd.DataFrame({"user": user, "item": item, "rating": 1.0, "time": 0.0})
    if columns.rating:
        found["rating"] = numbers(frame[columns.rating])
    if columns.time:
        values, time_format = frame[columns.time], columns.time_format
        if time_format in TICKS:
            found["time"] = numbers(values) / TICKS[time_format]
        else:
            times = to_dates(values, time_format)
            found["time"] = (times - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        found["time"] = found["time"].where(found["time"].abs() <= LATEST)
        refuse(values, found["time"], f"a moment in {time_format}", "correct columns.time_format")
    return found


def read_titles(source: Items | None, labels: pd.Index[str]) -> pd.Series[str]:
    """Return the most frequent title of every item, or else its label, as a person writes it."""
    plain = pd.Series(labels, labels, dtype=str)
    if source is None:
        return plain
    known = read(source, [source.item, source.title])[[source.item, source.title]].dropna()
    known = known.set_axis(["item", "title"], axis=1).apply(lambda column: column.str.strip())
    counts = known.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    most_frequent = counts.reset_index().drop_duplicates("item").set_index("item")["title"]
    titles = most_frequent.reindex(labels).fillna(plain).astype(str)
    if titles.str.isupper().mean() > 0.5:  # a file that shouts, not a film that is called MASH
        titles = titles.map(capwords)
    titles = titles.str.replace(r"^(.+), (The|A|An)( \(\d{4}\))$", r"\2 \1\3", regex=True)
    return pd.Series(titles, dtype=str)


def describe(log: Log) -> dict[str, Any]:
    """Return size and long tail of the interactions.

    `tail` is the share of interactions that the best-known items have, in steps of 2.5% of items.
    """
    users, items, total = len(log.users), len(log.items), len(log.frame)
    per_user, per_item = np.bincount(log.frame["user"]), np.bincount(log.frame["item"])
    share = np.concatenate([[0], np.cumsum(np.sort(per_item)[::-1]) / total])
    tail = np.interp(np.linspace(0, items, 41), np.arange(items + 1), share)
    facts = {"interactions": total, "users": users, "items": items, "tail": tail}
    return facts | {"density": total / (users * items), "median_per_user": np.median(per_user)}
