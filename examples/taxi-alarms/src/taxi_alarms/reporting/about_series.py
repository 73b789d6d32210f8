"""Blocks about time series: how regular they are, and which events were found how late."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, percent, table
from .wording import duration


def events(results: Results, settings: Settings) -> str:
    """List the labelled windows of the test part, and what chance would find of them."""
    facts = results["test"].get("events")
    if not facts:
        return "Rows are not ordered in time, or nobody labelled windows: there are no events."
    rows = [
        [item["series"], item["start"], item["end"], "yes" if item["found"] else "no",
         duration(item["delay_hours"])]
        for item in facts["list"][:12]
    ]  # fmt: skip
    chance = facts["random"]
    text = (
        f"Found {facts['found']} of {facts['events']} windows with "
        f"{number(facts['false_per_day'])} false alerts a day. The same flags, moved to a random "
        f"place: {number(chance['found'])} windows, {number(chance['false_per_day'])} false alerts "
        f"a day."
    )
    if facts["median_delay_hours"] is not None:
        delay = duration(facts["median_delay_hours"])
        text += f" Median delay after the start of a window: {delay}."
    by_row = results["test"]["at_threshold"]["by_row"]
    text += (
        f" Row by row: precision {percent(by_row['precision'])}, recall "
        f"{percent(by_row['recall'])}, F1 {number(by_row['f1'])}."
    )
    return f"{text}\n\n{table(['series', 'from', 'to', 'found', 'delay'], rows)}"


def moments(results: Results, settings: Settings) -> str:
    """State how regular the time stamps are."""
    facts = results["data"]["times"]
    if not facts:
        return "Rows have no time: anomalies are single rows, and no hour or season is known."
    uneven = next(rule["rows"] for rule in results["data"]["cleaning"] if "uneven" in rule["rule"])
    season = settings.windows.season
    kind = "none" if season == "none" else f"same time of the {season}, from earlier rows only"
    return (
        f"{facts['series']} series, {number(facts['days'])} days, usual step "
        f"{number(facts['step_seconds'])} s; uneven steps: {uneven:,}. Season: {kind}."
    )
