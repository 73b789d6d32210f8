"""Data sets that come with scikit-learn, where that is installed beside this tool."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError

PREFIX = "sklearn:"


def write_bundled(given: str, folder: Path) -> Path:
    """Write the data set `sklearn:NAME` as CSV into a folder."""
    name = given.removeprefix(PREFIX)
    try:
        from sklearn import datasets  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        said = f"`{given}` needs scikit-learn, which is not installed beside mlscaffold"
        hint = "`uv tool install --with scikit-learn ...` brings it"
        raise MlscaffoldError(said, hint) from None
    known = [each for each in dir(datasets) if takes_frame(datasets, each)]
    if f"load_{name}" not in known:
        listed = ", ".join(each.removeprefix("load_") for each in known)
        raise MlscaffoldError(f"scikit-learn has no data set `{name}`", f"it has {listed}")
    place = folder / f"{name}.csv"
    getattr(datasets, f"load_{name}")(as_frame=True).frame.to_csv(place, index=False)
    return place


def takes_frame(datasets: Any, name: str) -> bool:
    """Return whether a function of scikit-learn returns a table that it ships."""
    if not name.startswith("load_"):
        return False
    return "as_frame" in inspect.signature(getattr(datasets, name)).parameters
