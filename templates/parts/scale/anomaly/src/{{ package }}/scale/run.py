"""Fits the chosen detector to a sample, and finds threshold and score over all parts."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..kit import Stop, explained, say
from ..kit.intervals import Vector
from ..kit.results import read_results, save_model, write_results
from ..kit.settings import Settings, load_settings
from ..models import average_precision, build, strangeness
from ..train import Saved
from .parts import connect, convert, over, peak, read_command
from .rows import read_part

SAVED = Path("models/scale.joblib")
TENTH = 10  # one row of so many: a detector of these tells what more rows bring


def main() -> None:
    """Read the command line, then fit, set the threshold and score."""
    given = read_command(__doc__)
    explained(lambda: run(given))


def run(given: argparse.Namespace) -> None:
    """Convert, fit, set the threshold and score; write the section `studies.scale`."""
    settings, results, clock = load_settings(), read_results("train"), [time.perf_counter()]
    if settings.columns.time or settings.data.files:
        said = "the rows of a series follow each other: they cannot be looked at part by part"
        raise Stop(said, "a series of millions of moments fits into memory: use `train`")
    if settings.labels.keep:
        said = "labels.keep draws a few anomalies from all rows at once"
        raise Stop(said, "leave it out, and give files in which anomalies are as rare as in life")
    with connect(given.scheduler, given.memory, given.workers) as client:
        known = convert(client, given.source, given.parts, settings)
        clock.append(time.perf_counter())
        parts, share = known["parts"], given.sample / known["rows"]
        rows = pd.concat(over(client, "sampling", draw, parts, share, settings))
        clock.append(time.perf_counter())
        new = [build(results["train"]["choice"]["chosen"], settings) for _ in range(2)]
        X = rows[settings.columns.features]
        small, detector = new[0].fit(X[::TENTH]), new[1].fit(X)
        clock.append(time.perf_counter())
        most = 1 + int(settings.alerts.budget * known["rows"] / settings.alerts.rows)
        tops = over(client, "looking for the top", find_top, parts, detector, most, settings)
        limit = find_threshold(tops, settings)
        scored = over(client, "scoring", judge, parts, [small, detector], settings)
        workers = client.run(peak)
    clock.append(time.perf_counter())
    (sample, value, y), seconds = np.concatenate(scored, axis=1), np.diff(clock)
    scores = [average_precision(y[y >= 0], each[y >= 0]) for each in (sample, value)]
    facts = {
        "rows": known["rows"], "train_rows": len(X), "test_rows": len(y),
        "sample_rows": len(X[::TENTH]), "sample": scores[0], "value": scores[1],
        "gain": scores[1] - scores[0], "parts": len(parts), "workers": len(workers),
        "seconds": dict(zip(("convert", "sample", "fit", "score"), seconds, strict=True)),
        "peak": peak(), "worker_peak": max(workers.values()), "there": bool(given.scheduler),
        "threshold": limit, **spend(value >= limit, y, settings),
    }  # fmt: skip
    past = results.get("studies", {}).get("scale", {}).get("runs", [])
    saved = {"file": SAVED.as_posix(), **save_model(Saved(detector, limit, {}), SAVED)}
    section = facts | {"cleaning": known["cleaning"], "model": saved, "runs": [*past, facts]}
    write_results("studies.scale", section, clock[-1] - clock[0], settings.data.file)
    alerts = f"{facts['per_period']:.3g} alerts per {settings.alerts.period}"
    say(f"average precision {scores[1]:.3f} on {len(y):,} test rows, {alerts}")


def draw(path: str, share: float, settings: Settings) -> pd.DataFrame:
    """Return a share of the rows of a part that detectors may be fitted to."""
    rows = read_part(path, 0, settings)
    if settings.labels.fit == "normal":
        rows = rows[rows[settings.columns.target] == 0]
    return rows.sample(frac=min(1.0, share), random_state=0).sort_index()


def find_top(path: str, detector: Any, most: int, settings: Settings) -> tuple[Vector, int]:
    """Return the highest scores of the validation rows of a part, and how many rows there are."""
    rows = read_part(path, 1, settings)
    strange = strangeness(detector, rows[settings.columns.features]) if len(rows) else np.empty(0)
    return np.sort(strange)[::-1][:most], len(rows)


def find_threshold(tops: list[tuple[Vector, int]], settings: Settings) -> float:
    """Return the score that as many validation rows reach as the budget has alerts: exact."""
    highest = np.sort(np.concatenate([top for top, _ in tops]))[::-1]
    rows = sum(count for _, count in tops)
    alerts = int(settings.alerts.budget * rows / settings.alerts.rows)
    return float(highest[min(max(alerts, 1), len(highest)) - 1])


def judge(path: str, detectors: list[Any], settings: Settings) -> Vector:
    """Return the scores of the test rows of a part, and their labels, as 12 bytes a row."""
    rows, target = read_part(path, 2, settings), settings.columns.target
    X, y = rows[settings.columns.features], rows[target] if target else np.full(len(rows), np.nan)
    told = [strangeness(detector, X) if len(X) else X.index for detector in detectors]
    return np.array([*told, y], dtype=np.float32)


def spend(flagged: Any, y: Vector, settings: Settings) -> dict[str, Any]:
    """Return how many alerts the threshold raises on test rows, and how many are right."""
    right, known = float((flagged & (y == 1)).sum()), float((y == 1).sum())
    found = {"alerts": int(flagged.sum()), "per_period": flagged.mean() * settings.alerts.rows}
    found["precision"] = right / flagged.sum() if known and flagged.any() else None
    return found | {"recall": right / known if known else None}
