"""What each feature looked like in the training rows: the service checks with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Input = dict[str, Any]


def describe_inputs(X: pd.DataFrame, categorical: list[str]) -> list[Input]:
    """Return kind, range or values, and a typical value of every feature, in their order.

    Where most rows have a gap, a gap is what is typical.
    """
    gaps = X.isna().mean()
    return [
        {"name": str(name), **look(X[name], category=name in categorical)}
        | {"missing": bool(gaps[name] > 0)}
        | ({"typical": None} if gaps[name] > 0.5 else {})
        for name in X.columns
    ]


def look(values: pd.Series[Any], *, category: bool) -> Input:
    """Return what one feature looks like."""
    known = values.dropna()
    if category:
        names = [str(name) for name in known.sort_values().value_counts().index]
        return {"kind": "category", "values": names, "typical": next(iter(names), None)}
    if pd.api.types.is_datetime64_any_dtype(values):
        return {"kind": "date", "time": bool((known != known.dt.normalize()).any())} | {
            key: value.isoformat() for key, value in ends(known).items()
        }
    if pd.api.types.is_numeric_dtype(values):
        whole = bool((known == known.round()).all())
        found = {key: float(value) for key, value in ends(known).items()}
        return {"kind": "number", "whole": whole, "step": step(known, whole=whole), **found}
    return {"kind": "text", "typical": next(iter(known), "")}


def ends(known: pd.Series[Any]) -> dict[str, Any]:
    """Return the smallest, the largest and the middle value; nothing where there is none."""
    if known.empty:
        return {}
    middle = known.sort_values().iloc[len(known) // 2]
    return {"low": known.min(), "high": known.max(), "typical": middle}


def step(known: pd.Series[float], *, whole: bool) -> float:
    """Return how finely a slider should move: 1, or the power of ten below a hundredth."""
    span = float(known.max() - known.min()) if len(known) else 0.0
    return 1.0 if whole or span <= 0 else float(10 ** np.floor(np.log10(span / 100)))
