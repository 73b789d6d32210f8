"""Compares new interactions with those of training, and tells cron or CI by its exit code."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from .cleaning import convert, remove
from .command import ProjectError, errors_explained, say
from .data import needed
from .drift import compare
from .outcome import judge
from .profile import profile, reference, with_labels
from .project import Settings, load_settings
from .reading import check_columns, read
from .reporting.drift_page import render
from .results import check_fresh, read_results, rounded, write_text
from .service.desk import open_desk

ALARM = 3  # exit code: 1 is an error and 2 a wrong command line
FEWEST = 20  # interactions: of fewer nothing can be said


def main() -> None:
    """Read the path from the command line; exit 3 where a limit is passed."""
    parser = argparse.ArgumentParser(
        description="Compare a file of new interactions with those of training",
        epilog="exit code: 0 no alarm, 3 a limit of project.toml is passed, 1 an error",
    )
    parser.add_argument("file", type=Path, help="interactions, in the layout of the data")
    given = parser.parse_args()
    with errors_explained():
        if monitor(Path.cwd(), given.file):
            sys.exit(ALARM)


def monitor(root: Path, path: Path) -> list[str]:
    """Write reports/drift.json and reports/drift.html, and return a sentence for each alarm."""
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    new, desk = read_new(path, settings), open_desk(root, settings, results)
    usual = reference(with_labels(desk.training.known, desk.log), settings)
    columns = compare(profile(new, settings), usual, settings.monitor)
    outcome = judge(desk, new)
    said = [
        f"{each['name']} has drifted: PSI {each['psi']:.2f}, {each['excess']:.2f} more than chance "
        f"gives (limit {settings.monitor.psi:g})"
        for each in columns
        if each["drifted"]
    ] + [each["said"] for each in outcome if each["alarm"]]
    found: dict[str, Any] = {
        "file": path.name, "rows": len(new), "alarms": said, "schema": [], "columns": columns,
        "outcome": outcome, "limits": settings.monitor.model_dump(),
    }  # fmt: skip
    write_text(root / "reports" / "drift.json", json.dumps(rounded(found), indent=1) + "\n")
    write_text(root / "reports" / "drift.html", render(found, settings))
    print("\n".join([*said, settings.monitor.retrain] if said else ["no alarm"]))
    say("reports/drift.html shows every column")
    return said


def read_new(path: Path, settings: Settings) -> pd.DataFrame:
    """Return the new interactions with labels, by the rules of the data."""
    if not path.is_file():
        raise ProjectError(f"there is no file {path}", "give the path of a file of interactions")
    frame = read(path, settings.data)
    check_columns(frame, needed(settings), path.name)
    frame = convert(remove(frame, settings.data.remove)[0], settings)
    if len(frame) < FEWEST:
        raise ProjectError(
            f"{path.name} has {len(frame)} rows; of fewer than {FEWEST} nothing can be said",
            "collect more first",
        )
    return frame


if __name__ == "__main__":
    main()
