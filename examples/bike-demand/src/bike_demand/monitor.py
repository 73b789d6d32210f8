"""Compares a new file with the training data, and tells cron or CI by its exit code."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from .command import ProjectError, errors_explained, say
from .data import complete
from .drift import compare
from .inputs import Input
from .outcome import judge
from .project import Settings, load_settings
from .reporting.drift_page import render
from .results import check_fresh, read_results, rounded, write_text
from .service.answers import open_scorer
from .service.tables import read_pieces
from .study import training_rows

ALARM = 3  # exit code: 1 is an error and 2 a wrong command line
FEWEST = 20  # rows: of fewer nothing can be said
TOLERATED = 0.01  # share of values that cannot be read


def main() -> None:
    """Read the path from the command line; exit 3 where a limit is passed."""
    parser = argparse.ArgumentParser(
        description="Compare a new CSV or Parquet file with the training data",
        epilog="exit code: 0 no alarm, 3 a limit of project.toml is passed, 1 an error",
    )
    parser.add_argument("file", type=Path, help="rows with the declared columns")
    given = parser.parse_args()
    with errors_explained():
        if monitor(Path.cwd(), given.file):
            sys.exit(ALARM)


def monitor(root: Path, path: Path) -> list[str]:
    """Write reports/drift.json and reports/drift.html, and return a sentence for each alarm."""
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    scorer = open_scorer(root, settings, results)
    raw = read_all(path, settings)
    frame, schema = conform(raw, scorer.inputs, settings)
    kinds = {item["name"]: item["kind"] for item in scorer.inputs if item["name"] in raw}
    compared = [
        name for name in settings.columns.features if kinds.get(name) in {"number", "category"}
    ]
    columns = compare(frame[compared], training_rows(root, settings)[compared], settings.monitor)
    outcome = judge(root, scorer, frame, raw)
    found: dict[str, Any] = {
        "file": path.name, "rows": len(frame), "alarms": [], "schema": schema,
        "columns": columns, "outcome": outcome, "limits": settings.monitor.model_dump(),
    }  # fmt: skip
    found["alarms"] = alarms(found, settings)
    write_text(root / "reports" / "drift.json", json.dumps(rounded(found), indent=1) + "\n")
    write_text(root / "reports" / "drift.html", render(found, settings))
    print(
        "\n".join([*found["alarms"], settings.monitor.retrain] if found["alarms"] else ["no alarm"])
    )
    say("reports/drift.html shows every column")
    return list(found["alarms"])


def read_all(path: Path, settings: Settings) -> pd.DataFrame:
    """Return the file as text."""
    pieces = [*read_pieces(path, settings.data)]
    raw = complete(pd.concat(pieces), settings) if pieces else pd.DataFrame()
    if len(raw) < FEWEST:
        raise ProjectError(
            f"{path.name} has {len(raw)} rows; of fewer than {FEWEST} nothing can be said",
            "collect more rows first",
        )
    return raw


def conform(
    raw: pd.DataFrame, inputs: list[Input], settings: Settings
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the inputs with their types, and where the file breaks with the training data."""
    columns, broken = {}, []
    for item in inputs:
        name = item["name"]
        if name not in raw:
            columns[name] = typed(pd.Series(pd.NA, raw.index, dtype=object), item, settings)
            broken.append(finding(name, "the column is absent", len(raw), severe=True))
            continue
        written = raw.loc[:, name]
        columns[name] = values = typed(written, item, settings)
        lost = int((written.notna() & values.isna()).sum())
        gaps = 0 if item["missing"] else int(written.isna().sum())
        broken += [
            finding(name, f"not a {item['kind']}", lost, severe=lost > TOLERATED * len(raw)),
            finding(name, "missing, as never in training", gaps),
            *(finding(name, problem, rows) for problem, rows in beyond(values, item).items()),
        ]
    new = [str(name) for name in raw if name not in [*settings.columns.declared, *columns]]
    broken += [finding(name, "not declared in project.toml", len(raw)) for name in new]
    return pd.DataFrame(columns), [each for each in broken if each["rows"]]


def finding(column: str, problem: str, rows: int, *, severe: bool = False) -> dict[str, Any]:
    """Return where the file breaks with the training data; a severe break is an alarm."""
    return {"column": column, "problem": problem, "rows": rows, "severe": severe}


def typed(written: pd.Series[Any], item: Input, settings: Settings) -> pd.Series[Any]:
    """Return a column of text with the type of its input; what has another one becomes missing."""
    if item["kind"] == "number":
        text = written.astype(object).str.replace(settings.data.decimal, ".", regex=False)
        return pd.to_numeric(text, errors="coerce").astype(float)
    if item["kind"] == "date":
        return pd.to_datetime(written, errors="coerce", format="ISO8601")
    return written


def beyond(values: pd.Series[Any], item: Input) -> dict[str, int]:
    """Return how many values are unlike any that the training rows had."""
    if item["kind"] == "category":
        unseen = values[values.notna() & ~values.isin(item["values"])]
        names = ", ".join(map(repr, unseen.unique()[:3]))
        return {f"never seen in training, such as {names}": len(unseen)}
    if item["kind"] == "number" and "low" in item:
        outside = (values < item["low"]) | (values > item["high"])
        return {f"outside of {item['low']:g} to {item['high']:g}": int(outside.sum())}
    return {}


def alarms(found: dict[str, Any], settings: Settings) -> list[str]:
    """Return a sentence for each limit that is passed."""
    limit = settings.monitor.psi
    return [
        *(
            f"{each['column']}: {each['problem']} ({each['rows']:,} rows)"
            for each in found["schema"]
            if each["severe"]
        ),
        *(
            f"{each['name']} has drifted: PSI {each['psi']:.2f}, {each['excess']:.2f} more than "
            f"chance gives (limit {limit:g})"
            for each in found["columns"]
            if each["drifted"]
        ),
        *(each["said"] for each in found["outcome"] if each["alarm"]),
    ]


if __name__ == "__main__":
    main()
