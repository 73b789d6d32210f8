"""Blocks about time series: how regular they are, and which events were found how late."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, percent, table
from .wording import METRIC, duration


def events(results: Results, settings: Settings) -> str:
    """List the labelled windows of the test part, beside what chance would find of them."""
    facts, seen = results["test"].get("windows"), results["test"]["at_threshold"]
    if not facts:
        return "Rows are not ordered in time, or nobody labelled windows: there are no events."
    rows = [
        [item["series"], item["start"], item["end"], "yes" if item["found"] else "no",
         duration(item["delay_hours"])]
        for item in facts["list"][:12]
    ]  # fmt: skip
    moved, by_row, false = facts["moved"], seen["by_row"], seen["alerts"] - seen["right"]
    text = (
        f"{seen['caught']} of {seen['events']} windows are found. Of {seen['alerts']} alerts in "
        f"{duration(24 * facts['days'])}, {seen['right']} are right and {false} false "
        f"({number(false / facts['days'])} a day). An alert counts once, however long it lasts; "
        f"row by row, {percent(by_row['precision'])} of what is flagged is anomalous, and "
        f"{percent(by_row['recall'])} of what is anomalous is flagged (F1 {number(by_row['f1'])})."
    )
    if facts["median_delay_hours"] is not None:
        delay = duration(facts["median_delay_hours"])
        text += f" Median delay after the start of a window: {delay}."
    text += (
        f"\n\nChance: {percent(facts['flagged_share'])} of the time is flagged. The same scores, "
        f"moved to random places in time, find {number(moved['found'])} windows on average, in "
        f"{moved['as_many']} of {moved['draws']} draws as many as here. Their {METRIC} is "
        f"{number(moved['score'])} on average, in {moved['as_good']} of {moved['draws']} draws as "
        f"high as here."
    )
    return f"{text}\n\n{table(['series', 'from', 'to', 'found', 'delay'], rows)}"


def moments(results: Results, settings: Settings) -> str:
    """State how regular the time stamps are."""
    facts = results["data"]["times"]
    if not facts:
        return "Rows have no time: anomalies are single rows, and no hour or season is known."
    uneven = next(rule["rows"] for rule in results["data"]["cleaning"] if "uneven" in rule["rule"])
    season = settings.windows.season
    usual = f"the mean of earlier rows at the same time of the {season}"
    return (
        f"{facts['series']} series, {number(facts['days'])} days in all, one row every "
        f"{duration(facts['step_seconds'] / 3600)}; uneven steps: {uneven:,}. What is expected at "
        f"a time: {'nothing (no season)' if season == 'none' else usual}."
    )
