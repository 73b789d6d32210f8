"""Who called what an anomaly: rows by a column, or stretches of time by a file of windows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .kit import Stop
from .kit.project import fetch
from .kit.settings import FILE, Settings

Log = list[dict[str, Any]]


def label(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Log]:
    """Return the rows with 1 for anomalies, 0 for others and a gap where nobody knows."""
    if not settings.columns.target:
        return frame, []
    if settings.labels.windows:
        return mark_windows(frame, settings), []
    return keep_some(to_flags(frame, settings), settings)


def to_flags(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rows with 1, 0 or a gap as target; labels of one class are refused."""
    name, wanted = settings.columns.target, settings.labels.anomaly
    # Programs write 1.0 for 1 where a column has gaps.
    found = frame[name].dropna().str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    flags = found.isin(wanted)
    if flags.all() or not flags.any():
        seen = ", ".join(map(repr, sorted(found.unique())[:5])) or "nothing"
        said = f"all labels in {name!r} are one class: it holds {seen}, an anomaly is {wanted}"
        hint = 'correct labels.anomaly, or set columns.target = "" to work without labels'
        raise Stop(said, hint)
    return frame.assign(**{name: flags.astype(float).reindex(frame.index)})


def keep_some(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Log]:
    """Return all other rows with `labels.keep` anomalies drawn at random, if that is asked for."""
    keep, name = settings.labels.keep, settings.columns.target
    anomalies = frame.index[frame[name] == 1].to_numpy()
    if not keep:
        return frame, []
    if keep > len(anomalies):
        raise Stop(f"labels.keep is {keep} of {len(anomalies)} anomalies", "lower labels.keep")
    random = np.random.default_rng(settings.split.seed)
    away = np.setdiff1d(anomalies, random.choice(anomalies, keep, replace=False))
    rule = f"anomalies left out: {keep} of {len(anomalies)} were drawn, so that they are rare"
    return frame[~frame.index.isin(away)], [{"rule": rule, "rows": len(away)}]


def mark_windows(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rows with 1 inside of a window of their series and 0 elsewhere.

    The file of windows is JSON: a list of [start, end] for the name of each data file.
    """
    columns, data, file = settings.columns, settings.data, settings.labels.windows
    path = fetch(data.other(file)) if file else Path()
    names = frame[FILE] if data.files else pd.Series(data.file.stem, index=frame.index)
    flags = pd.Series(0.0, index=frame.index)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        windows = {Path(key).stem: spans for key, spans in content.items()}
        for name in names.unique():
            for span in windows[name]:
                start, end = map(pd.Timestamp, span)
                flags[(names == name) & frame[columns.time].between(start, end)] = 1.0
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        hint = 'expected is {"file.csv": [["start", "end"]]} with every data file'
        raise Stop(f"{path} is not a table of windows: {error!r}", hint) from None
    return frame.assign(**{columns.target: flags})
