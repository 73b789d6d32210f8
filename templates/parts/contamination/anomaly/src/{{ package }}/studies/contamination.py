"""What anomalies among the training rows do: the same rows, with more and more of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..kit import Stop, say
from ..kit.results import Results, step
from ..kit.settings import Settings
from ..models import LADDER, average_precision, build, strangeness
from ..split import Part, Study, prepare

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
FEWEST = 50  # rows to fit to


@step("studies.contamination", "train")
def main(settings: Settings, results: Results) -> Results:
    """Fit the detectors of the ladder to rows with known shares of anomalies."""
    study = prepare(settings)
    normal, anomalies, val = split_pools(study)
    if not len(anomalies) or not (val.y == 1).any():
        raise Stop("too few rows are labelled as anomalies", "label some before the test rows")
    rng = np.random.default_rng(settings.split.seed)
    normal = normal.iloc[rng.permutation(len(normal))]
    anomalies = anomalies.iloc[rng.permutation(len(anomalies))]
    fitted = {rung["name"] for rung in results["train"]["ladder"] if rung["score"] is not None}
    names = [rung.name for rung in LADDER if rung.name in fitted]
    points = []
    for share in SHARES:
        if len(X := mix(normal, anomalies, share)) >= FEWEST:
            say(f"  {share:.0%} of {len(X):,} rows")
            points.append({"share": share, "rows": len(X), **measure(names, X, val, settings)})
    return {"detectors": names, "points": points, "judged": int((val.y == 1).sum())}


def split_pools(study: Study) -> tuple[pd.DataFrame, pd.DataFrame, Part]:
    """Return normal training rows, anomalies to mix in, and validation rows to judge by.

    Where no training row is anomalous, half of the validation events are borrowed, and not scored.
    """
    train, val = study.train, study.validation
    normal, anomalies = train.X[train.y == 0], train.X[train.y == 1]
    if not len(anomalies):
        events = np.unique(val.event[val.event >= 0])
        borrowed = np.isin(val.event, events[: len(events) // 2])
        anomalies, val = val.X[borrowed], val.take(~borrowed)
    return normal, anomalies, val


def mix(normal: pd.DataFrame, anomalies: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return rows of which `share` are anomalies; where these run out, with fewer normal ones."""
    some = anomalies.head(round(share / (1 - share) * len(normal)))
    rest = normal.head(round(len(some) / share * (1 - share))) if share else normal
    return pd.concat([rest, some])


def measure(names: list[str], X: pd.DataFrame, val: Part, settings: Settings) -> dict[str, Any]:
    """Return the average precision of each detector after it was fitted to X."""
    fitted = {name: build(name, settings).fit(X) for name in names}
    return {
        name: average_precision(val.y, strangeness(detector, val.X))
        for name, detector in fitted.items()
    }


if __name__ == "__main__":
    main()
