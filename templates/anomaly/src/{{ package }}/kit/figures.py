"""The figures of an anomaly study, and the numbers that its texts use in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .report import BLUE, GREY, LIGHT, ORANGE, canvas, figure
from .results import Results
from .settings import Settings

RULE = "rule of thumb"


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts say beside results and settings: short names, and words for numbers."""
    train, head, test = results["train"], results["evaluate"]["headline"], results["evaluate"]["test"]
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
    test, target = results["evaluate"]["test"], results["train"]["data"]["target"]
    view = test["view"]
    if "time" in view:
        label = settings.columns.label(view["column"])
        covered = f"{np.mean(view['anomaly']):.0%} of the test period"
        shape, (axes,) = canvas(f"What was marked as unusual (shaded) covers {covered}", 3.2)
        over_time(axes, view, "value", label[:1].upper() + label[1:])
        return shape
    finding = f"Of {target['unit']} that nobody labelled, few have a very unusual value"
    if view["below_half"] is not None:
        finding = f"Half of the anomalies are more unusual than {view['below_half']:.0%} of the rest"
    shape, (axes,) = canvas(finding, 3.2)
    widths, left = np.diff(view["edges"]), view["edges"][:-1]
    for kind, colour in (("normal", GREY), ("anomalies", ORANGE)):
        axes.bar(left, view[kind], widths, align="edge", color=colour, alpha=0.6, label=kind)
    axes.set_xlim(left[0], view["edges"][-2] * 1.05)
    axes.set(xlabel="largest distance from a usual value, in robust standard deviations")
    axes.set_ylabel("share of rows")
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
    finding = f"{taken['per_period']:.3g} alerts per {period}"
    if taken["precision"] is not None:
        finding += f": {taken['right']} of {taken['alerts']} right, {taken['caught']} of {taken['events']} found"
    shape, (axes,) = canvas(finding, 3.2)
    if "time" in test["view"]:
        over_time(axes, test["view"], "strangeness", "strangeness")
        axes.axhline(results["train"]["threshold"]["threshold"], color=GREY, label="threshold")
        axes.set_yscale("symlog")
    else:
        rows = test["budgets"]
        for key, colour, label in (("precision", BLUE, "alerts that are right"), ("recall", ORANGE, "anomalies found")):
            axes.plot([row["per_period"] for row in rows], [row[key] for row in rows], marker="o", color=colour, label=label)
        axes.axvline(taken["per_period"], color=GREY, label="at the threshold")
        axes.set(xlabel=f"alerts per {period}", ylabel="share", xscale="log", ylim=(0, 1.03))
    axes.legend()
    return shape


@figure("diagnose")
def learning(results: Results, settings: Settings) -> Figure:
    """Draw what detectors reach that were fitted to fewer rows."""
    points = results["diagnose"]["curves"]["learning"]["points"]
    half, full = points[-2]["validation"], points[-1]["validation"]
    what = "average precision" if results["train"]["ladder"][0]["score"] else "agreement with all rows"
    finding = f"From {points[-2]['rows']:,} to {points[-1]['rows']:,} rows, {what} changes by {full - half:+.3f}"
    shape, (axes,) = canvas(finding, 3.2)
    axes.errorbar([point["rows"] for point in points], [point["validation"] for point in points],
                  [point["sd"] for point in points], color=BLUE, marker="o", capsize=3)  # fmt: skip
    axes.axhline(results["diagnose"]["bias_variance"]["rule_of_thumb"] or np.nan, color=ORANGE, label=RULE)
    axes.set(xlabel="rows fitted to", ylabel=f"{what}, validation rows")
    axes.legend()
    return shape
