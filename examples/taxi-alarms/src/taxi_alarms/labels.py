"""Labels: which rows, or which stretches of time, somebody called an anomaly, and of which kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from .alerts import find_events
from .command import ProjectError
from .project import MADE, Settings
from .series import names_of

Windows = dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]  # by series
CLUSTERS = 3


def to_flags(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rows with 1, 0 or missing in the target; labels of one class are refused."""
    name, wanted = settings.columns.target, settings.labels.anomaly
    found = frame[name].dropna()
    if found.empty:
        raise ProjectError(
            f"column {name!r} has no labels at all",
            'set columns.target = "" to work without labels, with an alert budget',
        )
    flags = found.isin(wanted)
    if flags.all() or not flags.any():
        shown = ", ".join(map(repr, sorted(found.unique())[:5]))
        raise ProjectError(
            f"all labels in {name!r} are one class: it holds {shown}, an anomaly is {wanted}",
            "correct labels.anomaly, or set columns.target to work without labels",
        )
    return frame.assign(**{name: flags.astype(float).reindex(frame.index)})


def keep_some(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return all other rows with `labels.keep` anomalies drawn at random, if that is asked for."""
    keep, name = settings.labels.keep, settings.columns.target
    anomalies = frame.index[frame[name] == 1].to_numpy()
    if not keep:
        return frame, []
    if keep > len(anomalies):
        raise ProjectError(
            f"labels.keep is {keep}, but there are {len(anomalies)} anomalies", "lower labels.keep"
        )
    drawn = np.random.default_rng(settings.split.seed).choice(anomalies, keep, replace=False)
    away = frame.index.isin(anomalies) & ~frame.index.isin(drawn)
    rule = f"anomalies left out: {keep} of {len(anomalies)} were drawn, so that they are rare"
    return frame[~away], [{"rule": rule, "rows": int(away.sum())}]


def read_windows(path: Path, frame: pd.DataFrame, settings: Settings) -> Windows:
    """Return the windows of each series; keys of the file end with the name of the data file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        keys = {Path(key).stem: key for key in content}
        names = frame[MADE].unique() if settings.data.several else [Path(settings.data.source).stem]
        return {
            name: [(pd.Timestamp(start), pd.Timestamp(end)) for start, end in content[keys[name]]]
            for name in names
        }
    except KeyError as error:
        raise ProjectError(f"{path.name} has no windows for {error}", "correct data") from None
    except (ValueError, TypeError):
        raise ProjectError(
            f"{path.name} is not a table of windows", 'expected: {"file.csv": [["start", "end"]]}'
        ) from None


def mark_windows(frame: pd.DataFrame, windows: Windows, settings: Settings) -> pd.DataFrame:
    """Return the rows with 1 inside of a window of their series and 0 elsewhere."""
    columns = settings.columns
    flags = pd.Series(0.0, index=frame.index)
    for name, spans in windows.items():
        mine = frame[MADE] == name if settings.data.several else flags.notna()
        for start, end in spans:
            flags[mine & frame[columns.time].between(start, end)] = 1.0
    return frame.assign(**{columns.target: flags})


def kinds(rows: pd.DataFrame, X: pd.DataFrame, settings: Settings) -> pd.Series[str]:
    """Return the kind of each anomaly: as named, else its stretch of a series, else its group.

    Groups are found by k-means.
    """
    columns = settings.columns
    if columns.time and not columns.types:
        return name_stretches(rows, settings)
    rows = rows[rows[columns.target] == 1]
    named = pd.Series("", index=rows.index)
    for name in columns.types:
        values = rows[name].fillna("")
        flag = values.isin(["1", "1.0"]) & (named == "")
        text = ~values.isin(["", "0", "0.0", "1", "1.0"])
        named = named.mask(flag, name).mask(text, values)
    if columns.types:
        return named.replace("", "not named")
    numbers = X.loc[rows.index].select_dtypes("number")
    matrix = StandardScaler().fit_transform(numbers.fillna(X.median(numeric_only=True)).fillna(0))
    groups = KMeans(min(CLUSTERS, len(rows)), n_init=10, random_state=0).fit_predict(matrix)
    return pd.Series([f"group {group + 1}" for group in groups], index=rows.index)


def name_stretches(rows: pd.DataFrame, settings: Settings) -> pd.Series[str]:
    """Return for each anomalous row of a series the stretch that it belongs to."""
    events = find_events(rows, settings)
    begins = rows.loc[events.index, settings.columns.time].groupby(events).transform("min")
    names = names_of(rows, settings)[events.index].astype(str) + " "
    named: pd.Series[str] = (names if settings.data.several else "from ") + begins.astype(str)
    return named
