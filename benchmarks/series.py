"""Runs inside an anomaly project called `study`: its ladder on the series of NAB, one by one.

Of each series, the first 15 % set the level, detectors are fitted to what follows up to 45 %, and
the rest is judged. What is usual is the mean of earlier rows at this time of the day, of the week
for taxi demand; moving means and spreads over 3 hours and a day. Nothing is tuned.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from study.features import make_features
from study.kit.settings import Settings, load_settings
from study.models import LADDER, average_precision, build, strangeness

WARM_UP, FITTED = 0.15, 0.45


def main() -> None:
    """Print the average precision of every detector on every series, and the mean."""
    folder = Path(sys.argv[1])
    windows = json.loads((folder / "labels/combined_windows.json").read_text("utf-8"))
    found = {}
    for path in sorted(folder.rglob("real*/*.csv")):
        rows = pd.read_csv(path, parse_dates=["timestamp"]).drop_duplicates("timestamp")
        rows = rows.sort_values("timestamp", ignore_index=True).assign(label=0)
        for start, end in windows[f"{path.parent.name}/{path.name}"]:
            rows.loc[rows["timestamp"].between(start, end), "label"] = 1
        if reached := judge(rows, a_series(path)):
            found[path.stem] = reached
    table = pd.DataFrame(found).T
    table.loc["mean"] = table.mean()
    print("| series |", " | ".join(rung.label for rung in LADDER), "|")
    print("|---|" + "---:|" * len(LADDER))
    for name, values in table.iterrows():
        print("|", name, "|", " | ".join(f"{value:.3f}" for value in values), "|")


def a_series(path: Path) -> Settings:
    """Return the settings of a study of this series."""
    columns = {"target": "label", "unit": "rows", "numeric": ["value"], "time": "timestamp"}
    season = "week" if path.stem == "nyc_taxi" else "day"
    history = {"lengths": ["3h", "1D"], "season": season, "warm_up": WARM_UP}
    facts: dict[str, Any] = load_settings().model_dump()
    facts |= {"columns": columns, "history": history, "labels": {}, "known_at_prediction": {}}
    facts |= {"split": {"kind": "time"}, "rule_of_thumb": None}
    facts["data"] |= {"source": path.name, "files": []}
    return Settings.model_validate(facts)


def judge(rows: pd.DataFrame, settings: Settings) -> dict[str, float]:
    """Return what each detector reaches on the later rows; nothing where no window is there."""
    X, _ = make_features({}, rows, settings)
    start, end = int(WARM_UP * len(rows)), int(FITTED * len(rows))
    y = rows["label"].to_numpy(float)[end:]
    if not y.any():
        return {}
    return {
        rung.name: average_precision(
            y, strangeness(build(rung.name, settings).fit(X[start:end]), X[end:])
        )
        for rung in LADDER
    }


if __name__ == "__main__":
    main()
