"""Gets the files, checks them, and turns them into one list of who had what, when."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .command import ProjectError
from .download import download
from .project import Columns, Data, Items, Removal, Settings
from .results import write_text
from .sample import make_sample


class Log(NamedTuple):
    """Every interaction once, in order of time, and what the numbers of users and items stand for.

    The columns of `frame` are user and item (numbers from 0), rating, time (in days), count (how
    often), and row (of its first line in the file). `items` has the columns item, title and tags.
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
    facts["duplicates"], facts["cleaning"] = merged[0]["rows"], removed + merged
    users, items = pd.factorize(frame["user"]), pd.factorize(frame["item"])
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


def fetch(root: Path, source: Data | Items) -> Path:
    """Return a file of the data; get it first if it is not in `data/` yet."""
    path = source.file(root)
    if source.source.startswith("sample:") and not path.exists():
        ratings, items = make_sample()
        table = ratings if source.source == "sample:ratings" else items
        write_text(path, table.to_csv(index=False, lineterminator="\n"))
    elif source.url:
        download(source.url, source.sha256, path)
    if not path.exists():
        raise ProjectError(
            f"there is no {path.relative_to(root)}", "put the file there, or give its url"
        )
    return path


def read(path: Path, source: Data | Items) -> pd.DataFrame:
    """Return the file as a table of texts, as they are written."""
    na_values = source.na_values if isinstance(source, Data) else []
    try:
        if source.layout == "dst":
            return read_dst(path, votes=isinstance(source, Data))
        if len(source.separator) > 1:
            return read_long_separator(path, source)
        return pd.read_csv(
            path,
            sep=source.separator,
            encoding=source.encoding,
            dtype=str,
            na_values=na_values,
            names=source.names or None,
            header=None if source.names else 0,
        )
    except (
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
        ValueError,
    ) as error:
        raise ProjectError(
            f"{path.name} cannot be read as a table: {str(error).strip()}",
            f"it should have columns separated by {source.separator!r}; see project.toml",
        ) from None


def read_long_separator(path: Path, source: Data | Items) -> pd.DataFrame:
    """Return a file such as `1::0111161::9`, which pandas reads only with its slow engine."""
    lines = path.read_text(encoding=source.encoding).splitlines()
    cells = [line.split(source.separator) for line in lines]
    header, rows = (source.names, cells) if source.names else (cells[0], cells[1:])
    if wrong := [place for place, row in enumerate(rows, 1) if len(row) != len(header)]:
        raise ValueError(f"row {wrong[0]} does not have {len(header)} columns")
    return pd.DataFrame(rows, columns=pd.Index(header), dtype=str).replace("", np.nan)


def read_dst(path: Path, *, votes: bool) -> pd.DataFrame:
    """Return the votes, or the attributes, of a file in UCI's DST layout.

    A,1287,1,"title","/address" describes an item; C,"10001",10001 begins a user, V,1000,1 is a
    visit of that user to an item.
    """
    rows, case = [], ""
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            if line[0] == "C":
                case = line[2]
            elif line[0] == "V" and votes:
                rows.append([case, line[1]])
            elif line[0] == "A" and not votes:
                rows.append([line[1], line[3]])
    return pd.DataFrame(rows, columns=["case", "attribute"] if votes else ["attribute", "title"])


def needed(settings: Settings) -> list[str]:
    """Return the columns that the interactions must have."""
    columns = settings.columns
    named = [columns.user, columns.item, columns.rating, columns.time]
    return list(
        dict.fromkeys([*filter(None, named), *(rule.column for rule in settings.data.remove)])
    )


def check_columns(frame: pd.DataFrame, wanted: list[str], source: str) -> None:
    """Refuse a file that lacks a declared column."""
    if absent := [name for name in wanted if name not in frame.columns]:
        raise ProjectError(
            f"{source} has no column {absent[0]!r}; it has {', '.join(map(repr, frame.columns))}",
            "correct the columns, names or separator in project.toml",
        )
    if frame.empty:
        raise ProjectError(f"{source} has no rows", "bring a file with interactions")


def remove(frame: pd.DataFrame, rules: list[Removal]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that no rule removes, and for each rule how many it removed."""
    log, frame = [], frame.rename_axis("row").set_axis(range(1, len(frame) + 1))
    for rule in rules:
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
    columns: Columns = settings.columns
    for name in filter(None, [columns.user, columns.item, columns.rating, columns.time]):
        if (lost := frame[name].isna()).any():
            raise ProjectError(
                f"row {frame.index[lost][0]} has no {name!r} ({lost.sum()} such rows)",
                "remove them with a rule under [[data.remove]], or bring complete rows",
            )
    rating, time = np.ones(len(frame)), np.zeros(len(frame))
    if columns.rating:
        rating = numbers(frame[columns.rating])
        check_range(frame, rating, settings)
    if columns.time:
        time = days(frame[columns.time], columns.time_format)
    return pd.DataFrame(
        {
            "user": frame[columns.user],
            "item": frame[columns.item],
            "rating": rating,
            "time": time,
            "row": frame.index,
        }
    )


def numbers(column: pd.Series[str]) -> np.ndarray:
    """Return a column as numbers."""
    values = pd.to_numeric(column, errors="coerce")
    refuse(column, values.isna() | np.isinf(values), "a number")
    return values.to_numpy(dtype=float)


def days(column: pd.Series[str], form: str) -> np.ndarray:
    """Return moments as days since 1970."""
    if form == "seconds":
        return numbers(column) / 86_400
    moments = pd.to_datetime(column, format=form, errors="coerce")
    refuse(column, moments.isna(), f"a moment written as {form}")
    return ((moments - pd.Timestamp(0)) / pd.Timedelta(days=1)).to_numpy(dtype=float)


def refuse(column: pd.Series[str], wrong: pd.Series[bool], wanted: str) -> None:
    """Raise an error for the first value that is not what it should be."""
    if wrong.any():
        raise ProjectError(
            f"column {column.name!r}, row {column.index[wrong][0]}: {column[wrong].iloc[0]!r} is "
            f"not {wanted}"
            f" ({wrong.sum()} such values)",
            "correct columns.time_format or the file, or remove such rows under [[data.remove]]",
        )


def check_range(frame: pd.DataFrame, rating: np.ndarray, settings: Settings) -> None:
    """Refuse ratings outside of the declared scale: they are typing errors or another scale."""
    low, high = settings.feedback.lowest, settings.feedback.highest
    if settings.feedback.kind == "explicit" and (wrong := (rating < low) | (rating > high)).any():
        raise ProjectError(
            f"row {frame.index[wrong][0]}: rating {rating[wrong][0]:g} is outside of {low:g} to "
            f"{high:g}"
            f" ({wrong.sum()} such rows)",
            "correct feedback.lowest and feedback.highest, or remove such rows",
        )


def merge_repeats(frame: pd.DataFrame, repeats: str) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return one row per user and item: the first moment, the last rating, how often.

    The first moment, because from then on the item is no news to the user. Where repeats are
    allowed, a later one is something to predict: only those at the same moment are merged.
    """
    frame = frame.sort_values("time", kind="stable")
    keys = ["user", "item", *(["time"] if repeats == "allowed" else [])]
    if not (repeated := frame.duplicated(keys)).any():
        return frame.assign(count=1), [
            {"rule": "repeats of a user and item merged into one", "rows": 0}
        ]
    counts = frame.groupby(keys, sort=False)["rating"].agg(["last", "size"]).reset_index()
    merged = frame[~repeated].merge(counts, on=keys).assign(rating=lambda rows: rows["last"])
    merged = merged.rename(columns={"size": "count"}).drop(columns="last")
    log = [{"rule": "repeats of a user and item merged into one", "rows": int(repeated.sum())}]
    return merged.sort_values("time", kind="stable"), log


def read_items(root: Path, settings: Settings, labels: pd.Index[str]) -> pd.DataFrame:
    """Return label, title and tags of every item; without a title the label stands in."""
    table = pd.DataFrame({"item": labels, "title": labels, "tags": ""})
    if settings.items:
        source = settings.items
        known = read(fetch(root, source), source)
        wanted = list(filter(None, [source.item, source.title, source.tags]))
        check_columns(known, wanted, source.source)
        known = known.dropna(subset=[source.item, source.title]).drop_duplicates(source.item)
        known = known.set_index(source.item).reindex(labels)
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
