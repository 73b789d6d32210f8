"""The figures of an anomaly study, and the numbers that its texts use in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure

from .report import BLUE, GREY, ORANGE, canvas, figure
from .results import Results
from .settings import Settings

RULE = "rule of thumb"


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts say beside results and settings: short names, and words for numbers."""
    train, head, test = (
        results["train"],
        results["evaluate"]["headline"],
        results["evaluate"]["test"],
    )
    rungs, series = {rung["name"]: rung["label"] for rung in train["ladder"]}, settings.columns.time
    return {
        "train": train, "diagnose": results["diagnose"], "evaluate": results["evaluate"],
        "head": head, "test": test, "taken": test["at_threshold"], "split": train["split"],
        "threshold": train["threshold"], "period": settings.alerts.period, "number": number,
        "project": settings.project, "columns": settings.columns, "rungs": rungs,
        "detector": rungs[train["choice"]["chosen"]], "judged": head["improvement"] is not None,
        "thing": "window" if series else "anomaly", "things": "windows" if series else "anomalies",
        "against_rule": against_rule(head), "weakest": weakest(results["evaluate"]["slices"]),
    }  # fmt: skip


def number(value: float | None, form: str = ".3f") -> str:
    """Return a number as text, a dash where there is none."""
    return "-" if value is None else f"{value:{form}}"


def against_rule(headline: dict[str, Any]) -> str:
    """Return in words how far the detector is ahead of the rule of thumb, and how sure that is."""
    share, low, high = (headline.get(f"improvement{end}") for end in ("", "_low", "_high"))
    if share is None or low is None or high is None:
        return "nobody labelled these rows, so nobody can say which is better"
    size = f"{abs(share):.0%} {'better' if share >= 0 else 'worse'}"
    interval = f"95% interval {low:+.0%} to {high:+.0%}"
    if low <= 0 <= high:
        return f"no clear difference ({size}, {interval})"
    return f"{size} ({interval})"


def weakest(slices: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the group in which the detector adds least to a random order."""
    known = [row for row in slices if row["score"] is not None and row["constant"]]
    return min(known, key=lambda row: row["score"] - row["constant"], default=None)


@figure("evaluate")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw a series over time with what was marked, or how unusual rows are."""
    view = results["evaluate"]["test"]["view"]
    if "time" in view:
        label = settings.columns.label(view["column"])
        covered = f"{np.mean(view['anomaly']):.0%} of the test period"
        where = f" of {view['series']}" if settings.data.files else ""
        shape, (axes,) = canvas(f"What was marked (shaded) covers {covered}{where}", 3.2)
        over_time(axes, view, "value", label[:1].upper() + label[1:])
        return shape
    finding = f"How unusual are {settings.columns.unit}? Nobody labelled them"
    if "anomalies" in view:
        passed = np.mean(np.array(view["normal"]) < view["anomalies"][25])
        others = f"{passed:.0%} of the other {settings.columns.unit}"
        finding = f"Half of the anomalies are more unusual than {others}"
    shape, (axes,) = canvas(finding, 3.2)
    for kind, colour in (("normal", BLUE), ("anomalies", ORANGE)):
        if kind in view:
            axes.step(view[kind], np.linspace(0, 1, 51), color=colour, label=kind)
    axes.set(xlabel="distance by the rule of thumb, in robust standard deviations", xscale="log")
    axes.set_ylabel("share of rows at or below")
    axes.legend()
    return shape


def over_time(axes: Axes, view: dict[str, Any], name: str, label: str) -> None:
    """Draw one line over time, and shade the marked windows."""
    moments = pd.to_datetime(pd.Series(view["time"]))
    axes.plot(moments, view[name], color=BLUE, linewidth=1)
    marked = np.array(view["anomaly"]) > 0
    axes.fill_between(moments, 0, 1, where=marked, color=ORANGE, alpha=0.25, linewidth=0,
                      transform=axes.get_xaxis_transform())  # fmt: skip
    axes.set_ylabel(label)
    axes.margins(x=0.01)
    short = ConciseDateFormatter(axes.xaxis.get_major_locator())  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(short)


@figure("evaluate")
def result(results: Results, settings: Settings) -> Figure:
    """Draw precision and recall of the detector and of the rule of thumb."""
    headline, curves = results["evaluate"]["headline"], results["evaluate"]["test"]["curves"]
    said = words(results, settings)
    shape, (axes,) = canvas(f"Against the rule of thumb: {said['against_rule']}", 3.6)
    sides = {"detector": (said["detector"], BLUE, headline["value"]),
             "rule_of_thumb": (RULE, ORANGE, headline["rule_of_thumb"]["value"])}  # fmt: skip
    for name, (label, colour, value) in sides.items():
        if curves[name]:
            axes.plot(curves[name]["recall"], curves[name]["precision"], color=colour,
                      label=f"{label}, average {value:.3f}")  # fmt: skip
        else:
            axes.bar(label, value, color=colour, label=f"{label}, {value:.3g}")
    if "constant" in headline:
        chance = headline["constant"]["value"]
        axes.axhline(chance, color=GREY, linestyle=":", label=f"random order, {chance:.3f}")
        axes.set(xlabel="share of anomalous rows found", ylim=(0, 1.03))
    axes.set_ylabel("precision" if "constant" in headline else headline["label"])
    axes.legend()
    return shape


@figure("evaluate")
def alerts(results: Results, settings: Settings) -> Figure:
    """Draw the scores over time with the threshold, or what other budgets bring."""
    test, period = results["evaluate"]["test"], settings.alerts.period
    taken = test["at_threshold"]
    rows = sorted([*test["budgets"], taken], key=lambda row: row["per_period"])
    finding = f"{taken['per_period']:.3g} alerts per {period}"
    if taken["precision"] is not None:
        finding += f": {taken['right']} of {taken['alerts']} are right, "
        finding += f"{taken['caught']} of {taken['events']} cases are found"
    shape, (axes,) = canvas(finding, 3.2)
    if "time" in test["view"]:
        over_time(axes, test["view"], "strangeness", "strangeness (log scale)")
        axes.axhline(results["train"]["threshold"]["threshold"], color=GREY, label="threshold")
        axes.set_yscale("symlog")
        axes.set_ylim(bottom=min(test["view"]["strangeness"]))
    else:
        load = [row["per_period"] for row in rows]
        lines = {"precision": (BLUE, "alerts that are right"), "recall": (ORANGE, "cases found")}
        for key, (colour, label) in lines.items():
            shares = [np.nan if row[key] is None else row[key] for row in rows]
            axes.plot(load, shares, marker="o", color=colour, label=label)
        axes.axvline(taken["per_period"], color=GREY, label="at the threshold")
        axes.set(xlabel=f"alerts per {period}", ylabel="share", xscale="log", ylim=(0, 1.03))
    axes.legend()
    return shape


@figure("diagnose")
def learning(results: Results, settings: Settings) -> Figure:
    """Draw what detectors reach that were fitted to fewer rows."""
    points = pd.DataFrame(results["diagnose"]["curves"]["learning"]["points"])
    rule = results["diagnose"]["bias_variance"]["rule_of_thumb"]
    what = "average precision" if rule else "agreement with all rows"
    (before, after), (fewer, all_rows) = points["validation"].iloc[-2:], points["rows"].iloc[-2:]
    finding = f"From {fewer:,} to {all_rows:,} rows, {what} changes by {after - before:+.3f}"
    shape, (axes,) = canvas(finding, 3.2)
    axes.errorbar(points["rows"], points["validation"], points["sd"], color=BLUE, marker="o",
                  capsize=3, label="detector")  # fmt: skip
    if rule:
        axes.axhline(rule, color=ORANGE, label=RULE)
    axes.set(xlabel="rows fitted to", ylabel=what, ylim=(0, 1.03))
    axes.legend()
    return shape
