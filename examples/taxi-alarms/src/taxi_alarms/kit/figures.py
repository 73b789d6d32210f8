"""The figures of an anomaly study, and the numbers that its texts use in words."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .report import BLUE, GREY, ORANGE, canvas, figure
from .results import Results
from .settings import Settings


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts say beside results and settings: short names, and words for numbers."""
    train, evaluate = results["train"], results["evaluate"]
    rungs = {rung["name"]: rung["label"] for rung in train["ladder"]}
    return {
        "train": train, "diagnose": results["diagnose"], "evaluate": evaluate,
        "head": evaluate["headline"], "test": evaluate["test"], "split": train["split"],
        "judged": evaluate["headline"]["improvement"] is not None, "rungs": rungs,
        "detector": rungs[train["choice"]["chosen"]], "taken": evaluate["test"]["at_threshold"],
        "project": settings.project, "columns": settings.columns, "number": number,
        "period": settings.alerts.period, "against_rule": against_rule(evaluate["headline"]),
        "thing": "window" if settings.columns.time else "anomaly",
        "things": "windows" if settings.columns.time else "anomalies",
    }  # fmt: skip


def number(value: float | None, form: str = ".3f") -> str:
    """Return a number as text, a dash where there is none."""
    return "-" if value is None else f"{value:{form}}"


def against_rule(headline: dict[str, Any]) -> str:
    """Return in words how far the detector is ahead of the rule of thumb, and how sure that is."""
    share, low, high = (headline[f"improvement{end}"] for end in ("", "_low", "_high"))
    if share is None:
        return "nobody labelled these rows, so nobody can say which is better"
    size = f"{abs(share):.0%} {'better' if share >= 0 else 'worse'}"
    interval = f"95% interval {low:+.0%} to {high:+.0%}"
    unclear = low <= 0 <= high
    return f"no clear difference ({size}, {interval})" if unclear else f"{size} ({interval})"


@figure("evaluate")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw a series over time with what was marked, or how unusual rows are."""
    view, unit = results["evaluate"]["test"]["view"], settings.columns.unit
    if "time" in view:
        covered = f"{np.mean(view['anomaly']):.0%} of the test period"
        where = f" of {view['series']}" if settings.data.files else ""
        shape, panels = canvas(f"What was marked (shaded) covers {covered}{where}", 4.4, 2)
        over_time(panels[0], view, "value", settings.columns.label(view["column"]))
        over_time(panels[1], view, "strangeness", "strangeness (log)")
        panels[1].axhline(results["train"]["threshold"]["threshold"], color=GREY, label="threshold")
        panels[1].set(yscale="symlog", ylim=(min(view["strangeness"]), None))
        panels[1].legend()
        return shape
    finding = f"How unusual are {unit}? Nobody labelled them"
    if "anomalies" in view:
        passed = np.mean(np.array(view["normal"]) < view["anomalies"][25])
        finding = f"Half of the anomalies are more unusual than {passed:.0%} of the other {unit}"
    shape, (axes,) = canvas(finding, 3.2)
    for kind in sorted(view, reverse=True):
        axes.step(view[kind], np.linspace(0, 1, 51), label=kind)
    axes.set(xlabel="distance by the rule of thumb, in robust standard deviations", xscale="log")
    axes.set_ylabel("share of rows at or below")
    axes.legend()
    return shape


def over_time(axes: Axes, view: dict[str, Any], name: str, label: str) -> None:
    """Draw one line over time, and shade the marked windows."""
    moments, marked = pd.to_datetime(pd.Series(view["time"])), np.array(view["anomaly"]) > 0
    axes.plot(moments, view[name], color=BLUE, linewidth=1)
    high = axes.get_xaxis_transform()
    axes.fill_between(moments, 0, 1, where=marked, color=ORANGE, alpha=0.25, transform=high)
    axes.set_ylabel(textwrap.fill(label, 22))
    axes.margins(x=0.01)


@figure("evaluate")
def result(results: Results, settings: Settings) -> Figure:
    """Draw precision and recall of the detector and of the rule of thumb."""
    headline, curves = results["evaluate"]["headline"], results["evaluate"]["test"]["curves"]
    said = words(results, settings)
    shape, (axes,) = canvas(f"Against the rule of thumb: {said['against_rule']}", 3.6)
    sides = {"model": said["detector"], "rule_of_thumb": "rule of thumb"}
    if not said["judged"]:
        axes.bar([*sides.values()], [headline["value"], headline["rule_of_thumb"]["value"]])
        axes.set_ylabel(headline["label"])
        return shape
    for name, label in sides.items():
        axes.plot(curves[name]["recall"], curves[name]["precision"], label=label)
    axes.axhline(headline["constant"]["value"], color=GREY, linestyle=":", label="random order")
    axes.set(xlabel="share of anomalous rows found", ylabel="precision", ylim=(0, 1.03))
    axes.legend()
    return shape


@figure("evaluate")
def alerts(results: Results, settings: Settings) -> Figure:
    """Draw what smaller and larger budgets bring."""
    taken, period = results["evaluate"]["test"]["at_threshold"], settings.alerts.period
    finding = f"{taken['per_period']:.3g} alerts per {period}"
    if taken["events"]:
        finding += f": {taken['right']} of {taken['alerts']} are right, "
        finding += f"{taken['caught']} of {taken['events']} cases are found"
    shape, (axes,) = canvas(finding, 3.2)
    budgets = pd.DataFrame(results["evaluate"]["test"]["budgets"])
    rows = budgets.sort_values("per_period").astype(float)
    for key, label in (("precision", "alerts that are right"), ("recall", "cases found")):
        axes.plot(rows["per_period"], rows[key], marker="o", label=label)
    axes.axvline(taken["per_period"], color=GREY, label="at the threshold")
    axes.set(xlabel=f"alerts per {period}", ylabel="share", ylim=(0, 1.03))
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
    axes.errorbar(points["rows"], points["validation"], points["sd"], marker="o", label="detector")
    if rule:
        axes.axhline(rule, color=ORANGE, label="rule of thumb")
    axes.set(xlabel="rows fitted to", ylabel=what, ylim=(0, 1.03))
    axes.legend()
    return shape
