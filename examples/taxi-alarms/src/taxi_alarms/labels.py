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


def label(frame: pd.DataFrame, settings: Settings, log: dict[str, Any]) -> pd.DataFrame:
    """Return the rows with 1 for anomalies, 0 for others and a gap where nobody knows."""
    name, wanted = settings.columns.target, settings.labels.anomaly
    if not name:
        return frame
    if settings.labels.windows:
        return frame.assign(**{name: mark_windows(frame, settings)})
    flags = as_flags(frame[name], settings)
    if flags.nunique() < 2:
        values = ", ".join(map(repr, frame[name].unique()[:5]))
        text = f"all labels in {name!r} are one class: it holds {values}, an anomaly is {wanted}"
        raise Stop(text, 'correct labels.anomaly, or columns.target = "" if nobody labelled rows')
    frame = frame.assign(**{name: flags})
    return thin_out(frame, settings, log) if settings.labels.keep else frame


def as_flags(values: pd.Series[str], settings: Settings) -> pd.Series[float]:
    """Return what a column says as 1 for an anomaly, 0 for any other word, and gaps as gaps."""
    # Pandas writes 1.0 for 1 where a column has gaps.
    plain = values.str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    return plain.isin(settings.labels.anomaly).astype(float).where(values.notna())


def thin_out(frame: pd.DataFrame, settings: Settings, log: dict[str, Any]) -> pd.DataFrame:
    """Return all other rows with `labels.keep` anomalies drawn at random, so that they are rare."""
    anomalies = np.flatnonzero(frame[settings.columns.target] == 1)
    keep = min(settings.labels.keep, len(anomalies))
    kept = np.random.default_rng(settings.split.seed).choice(anomalies, keep, replace=False)
    dropped = np.setdiff1d(anomalies, kept)
    log[f"anomalies left out, so that the {keep} drawn ones are rare"] = len(dropped)
    return frame.drop(frame.index[dropped])


def mark_windows(frame: pd.DataFrame, settings: Settings) -> pd.Series[float]:
    """Return 1 for the rows inside of a window of their series and 0 for the others.

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
    return flags
