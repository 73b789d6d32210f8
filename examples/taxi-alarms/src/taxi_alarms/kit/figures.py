"""The figures of an anomaly study; their titles stand with the other texts, in `report.md.j2`."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .results import Results
from .settings import Settings


def phenomenon(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw a series over time with what was marked, or how unusual rows are."""
    view = results["evaluate"]["test"]["view"]
    if "time" in view:
        figure.set_figheight(4.4)
        above, below = figure.subplots(2)
        over_time(above, view, "value", settings.columns.label(view["column"]))
        over_time(below, view, "strangeness", "strangeness (log)")
        below.axhline(results["train"]["threshold"]["threshold"], color="C6", label="threshold")
        below.set(yscale="symlog", ylim=(min(view["strangeness"]), None))
        below.legend()
        return
    axes = figure.subplots()
    for kind in sorted(view, reverse=True):
        axes.step(view[kind], np.linspace(0, 1, 51), label=kind)
    axes.set(xlabel="distance by the rule of thumb, in robust standard deviations", xscale="log")
    axes.set_ylabel("share of rows at or below")
    axes.legend()


def over_time(axes: Axes, view: dict[str, Any], name: str, label: str) -> None:
    """Draw one line over time, and shade the marked windows."""
    moments, marked = pd.to_datetime(pd.Series(view["time"])), np.array(view["anomaly"]) > 0
    axes.plot(moments, view[name], linewidth=1)
    high = axes.get_xaxis_transform()
    axes.fill_between(moments, 0, 1, where=marked, color="C1", alpha=0.25, transform=high)
    axes.set_ylabel(textwrap.fill(label, 22))
    axes.margins(x=0.01)


def result(figure: Figure, results: Results, _: Settings) -> None:
    """Draw precision and recall of the detector and of the rule of thumb."""
    evaluate, axes, train = results["evaluate"], figure.subplots(), results["train"]
    head, curves = evaluate["headline"], evaluate["test"]["curves"]
    labels = {rung["name"]: rung["label"] for rung in train["ladder"]}
    sides = {"model": labels[train["choice"]["chosen"]], "rule_of_thumb": "rule of thumb"}
    if head["improvement"] is None:  # nobody labelled these rows
        axes.bar([*sides.values()], [head["value"], head["rule_of_thumb"]["value"]])
        axes.set_ylabel(head["label"])
        return
    for name, label in sides.items():
        axes.plot("recall", "precision", data=curves[name], label=label)
    axes.axhline(head["constant"]["value"], color="C6", linestyle=":", label="random order")
    axes.set(xlabel="share of anomalous rows found", ylabel="precision", ylim=(0, 1.03))
    axes.legend()


def alerts(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw what smaller and larger budgets bring."""
    test, axes = results["evaluate"]["test"], figure.subplots()
    rows = pd.DataFrame(test["budgets"]).sort_values("per_period").astype(float)
    for key, label in (("precision", "alerts that are right"), ("recall", "cases found")):
        axes.plot(rows["per_period"], rows[key], marker="o", label=label)
    axes.axvline(test["at_threshold"]["per_period"], color="C6", label="at the threshold")
    axes.set(xlabel=f"alerts per {settings.alerts.period}", ylabel="share", ylim=(0, 1.03))
    axes.legend()


def learning(figure: Figure, results: Results, _: Settings) -> None:
    """Draw the score of detectors fitted to fewer rows."""
    diagnose, axes = results["diagnose"], figure.subplots()
    points = pd.DataFrame(diagnose["curves"]["learning"]["points"])
    axes.errorbar(points["rows"], points["validation"], points["sd"], marker="o", label="detector")
    if rule := diagnose["bias_variance"]["rule_of_thumb"]:
        axes.axhline(rule, color="C1", label="rule of thumb")
    what = "average precision" if rule else "agreement with all rows"
    axes.set(xlabel="training rows", ylabel=what, ylim=(0, 1.03))
    axes.legend()
