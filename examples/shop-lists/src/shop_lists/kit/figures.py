"""The four figures of the report; their titles stand with the other texts, in `report.md.j2`."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .results import Results
from .settings import Settings


def phenomenon(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw the long tail: how much the best-known items have of all that was taken."""
    percent, axes = 100 * np.array(results["train"]["data"]["tail"]), figure.subplots()
    axes.fill_between(np.linspace(0, 100, len(percent)), percent, color="0.8", edgecolor="C0")
    known = f"% of {settings.called('item')}s, the best-known first"
    axes.set(xlabel=known, ylabel="% of interactions")


def result(figure: Figure, results: Results, _: Settings) -> None:
    """Draw the chosen list beside the rule of thumb on the test."""
    figure.set_figheight(2.6)
    head, axes, train = results["evaluate"]["headline"], figure.subplots(), results["train"]
    chosen = train["choice"]["chosen"]
    label = next(rung["label"] for rung in train["ladder"] if rung["name"] == chosen)
    rows = {head["constant"]["label"]: (head["constant"], "0.8")}  # the rule of thumb may be it
    rows |= {head["rule_of_thumb"]["label"]: (head["rule_of_thumb"], "C6"), label: (head, "C0")}
    for name, (row, color) in rows.items():
        axes.barh(name, row["value"], color=color, height=0.6)
        axes.plot([row.get("low"), row.get("high")], [name, name], color="black", linewidth=1.5)
    axes.set_xlabel(f"{head['label']} on the test, with 95% intervals")


def activity(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw for whom the list is worth it: by how much of their past is known."""
    groups, axes = results["evaluate"]["slices"], figure.subplots()
    names = [f"{group['name']}\n({group['rows']:,})" for group in groups]
    df = pd.DataFrame(groups, columns=["score", "low", "high", "constant"])  # none if all are small
    margins = (df["score"] - df["low"], df["high"] - df["score"])
    axes.errorbar(names, df["score"], margins, fmt="o-", label="chosen")
    axes.plot(names, df["constant"], "s--", label="rule of thumb")
    known = f"past interactions (and how many {settings.called('user')}s)"
    axes.set(xlabel=known, ylabel=results["evaluate"]["headline"]["label"], ylim=(0, None))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def learning(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw the score against the number of users that the model was fitted to."""
    axes = figure.subplots()
    points = pd.DataFrame(results["diagnose"]["curves"]["learning"]["points"])
    axes.plot(points["rows"], points["validation"], "o-", clip_on=False)
    label = f"{results['train']['metric']['label']} in validation"
    axes.set(xlabel=f"{settings.called('user')}s trained on", ylabel=label, ylim=(0, None))
