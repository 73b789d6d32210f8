"""Turns the files into one list of who took what, when; numbers stand for users and items."""

from __future__ import annotations

from string import capwords
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .kit import Stop
from .kit.project import fetch, numbers, read_table, refuse
from .kit.sample import make_films
from .kit.settings import Data, Items, Settings

TICKS = {"seconds": 86_400, "milliseconds": 86_400_000}  # in a day
LATEST = 60_000  # days from 1970: the year 2134; later ones are another unit, or typing errors
AGES = (1, 2, 4, 8, 16)  # weeks


class Log(NamedTuple):
    """Every interaction once, in order of time, and what the numbers of users and items stand for.

    The columns of `frame` are user and item (numbers from 0), rating, and time (in days); `users`
    and `items` are the labels of the file, `titles` say items in words.
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
    columns = settings.columns
    if settings.data.demo:
        make_films(settings.data.file, settings.items)
    names = [*filter(None, [columns.user, columns.item, columns.rating, columns.time])]
    raw = read(settings.data, names)
    kept, cleaning = remove(raw, names, settings.data)
    frame = convert(kept, settings).sort_values("time", kind="stable")
    # The first of several: from then on the item is no news, and a later rating is not known yet.
    again = ["time"] if settings.feedback.repeats == "allowed" else []
    repeated = frame.duplicated(["user", "item", *again])
    cleaning.append({"rule": "the same again: the first stays", "rows": int(repeated.sum())})
    frame = frame[~repeated]
    # Numbered by label: nothing that is hidden later decides which of equal scores comes first.
    (user, users), (item, items) = (
        pd.factorize(frame[name], sort=True) for name in ("user", "item")
    )
    log = Log(frame.assign(user=user, item=item), users, items, read_titles(settings.items, items))
    if settings.metric.k > len(items):
        raise Stop(f"metric.k is larger than the {len(items)} items there are", "lower metric.k")
    gaps = {name: count for name, count in raw[names].isna().sum().items() if count}
    facts = {"rows": len(raw), "columns": raw.shape[1], "missing": gaps, "cleaning": cleaning}
    return log, facts | {"duplicates": int(repeated.sum())} | describe(log, settings.split.kind)


def read(source: Data | Items, names: list[str]) -> pd.DataFrame:
    """Return the rows of a file, with the columns `names` as texts."""
    frame = read_table(fetch(source), source, names)
    if source.layout == "dst":  # C is a visitor, the V below it are their visits, A are items
        frame["case"] = frame["code"].where(frame["kind"] == "C").ffill()
        frame = frame[frame["kind"] == ("A" if isinstance(source, Items) else "V")]
    if absent := [name for name in names if name not in frame]:
        found = ", ".join(map(repr, frame))
        raise Stop(f"{source.file} has no column {absent[0]!r}, but {found}", "correct [columns]")
    return frame


def remove(
    frame: pd.DataFrame, names: list[str], data: Data
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the complete rows that no rule removes, and for each rule how many it removed."""
    hit = frame[names].isna().any(axis=1)
    log = [{"rule": f"no {' or '.join(names)}", "rows": hit.sum()}]
    frame = frame[~hit]
    for rule in data.remove:
        try:
            hit = pd.Series(frame.eval(rule.where, engine="python"), frame.index).eq(other=True)
        except Exception as error:  # noqa: BLE001 - whatever a person may write there
            raise Stop(f"data.remove: {rule.where!r}: {error}", "correct this condition") from None
        frame = frame[~hit]
        log.append({"rule": rule.reason, "rows": hit.sum()})
    if frame.empty:
        raise Stop("no rows are left after cleaning", "correct [[data.remove]]")
    return frame, log


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return user, item, rating and time, in days since 1970; an impossible value is an error."""
    columns, low, high = settings.columns, settings.feedback.lowest, settings.feedback.highest
    found = pd.DataFrame({"rating": 1.0, "time": 0.0}, frame.index)
    for role, name in {"user": columns.user, "item": columns.item}.items():
        found[role] = frame[name].str.strip()
    if columns.rating:
        rating = numbers(frame[columns.rating])
        inside = rating.where(rating.between(low, high))
        refuse(rating, inside, f"from {low:g} to {high:g}", "correct [feedback]")
        found["rating"] = rating
    if columns.time in frame:
        written = frame[columns.time]
        if ticks := TICKS.get(columns.time_format):
            since = numbers(written) / ticks
        else:
            moments = pd.to_datetime(written, format=columns.time_format, errors="coerce")
            since = (moments - pd.Timestamp(0)) / pd.Timedelta(days=1)
        since = since.where(since.abs() <= LATEST)
        form = f"a moment written as {columns.time_format}"
        refuse(written, since, form, "correct columns.time_format")
        found["time"] = since
    return found


def read_titles(source: Items | None, labels: pd.Index[str]) -> pd.Series[str]:
    """Return the most frequent title of every item, or else its label, as a person writes it."""
    plain = pd.Series(labels, labels, dtype=str)
    if source is None:
        return plain
    known = read(source, [source.item, source.title])[[source.item, source.title]].dropna()
    known = known.set_axis(["item", "title"], axis=1).apply(lambda column: column.str.strip())
    count = known.groupby(["item", "title"]).size().sort_values(ascending=False, kind="stable")
    often = count.index.to_frame(index=False).drop_duplicates("item").set_index("item")["title"]
    found = often.reindex(labels).fillna(plain).astype(str)
    if found.str.isupper().mean() > 0.5:  # a file that shouts, not a film that is called MASH
        found = found.map(capwords)
    found = found.str.replace(r"^(.+), (The|A|An)( \(\d{4}\))$", r"\2 \1\3", regex=True)
    return pd.Series(found, dtype=str)


def describe(log: Log, kind: str) -> dict[str, Any]:
    """Return size, long tail and fashions of the interactions.

    `tail` is the share of interactions that the best-known items have, in steps of 2.5% of items.
    """
    frame, (users, items) = log.frame, log.shape
    per_user, per_item = np.bincount(frame["user"]), np.sort(np.bincount(frame["item"]))[::-1]
    known = np.concatenate([[0], np.cumsum(per_item) / len(frame)])
    tail = np.interp(np.linspace(0, items, 41), np.arange(items + 1), known)
    facts = {"interactions": len(frame), "users": users, "items": items, "tail": tail}
    facts |= {"density": len(frame) / (users * items), "median_per_user": np.median(per_user)}
    facts |= {"users_once": (per_user == 1).sum(), "items_once": (per_item == 1).sum()}
    return facts | {"fashion": fashion(frame) if kind == "time" else []}


def fashion(frame: pd.DataFrame) -> list[dict[str, float]]:
    """Return how many of a week's ten favourites are still among the ten some weeks later."""
    weeks = frame["item"].groupby(((frame["time"] - frame["time"].min()) // 7).astype(int))
    tops = {int(week): set(part.value_counts().index[:10]) for week, part in weeks}
    found = []
    for age in AGES:
        kept = [len(top & tops[week + age]) for week, top in tops.items() if week + age in tops]
        found += [{"days": 7 * age, "kept": float(np.mean(kept))}] if len(kept) > 1 else []
    return found
