"""The blocks of a study of anomalies: which there are, and those that sum it up."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import (
    about_alerts,
    about_data,
    about_drift,
    about_features,
    about_model,
    about_series,
    about_service,
    findings,
)
from .markdown import number, percent, picture
from .part import Part
from .wording import METRIC, duration, events_word, period


def headline(results: Results, settings: Settings) -> str:
    """State the result on the test set, its interval, chance, and what made it."""
    test = results["test"]
    shown = picture("headline", findings.improvement(results, settings))
    if not test["labelled"]:
        work = number(test["at_threshold"]["per_period"])
        text = f"**{work} alerts per {period(settings)}** on {test['rows']:,} test rows without"
        text += " labels"
        return f"{text}. {about_data.stamp(results)}.\n\n{shown}"
    count = test["at_threshold"]["events"]
    windows = f", in {count:,} {events_word(settings, count)}" if settings.columns.time else ""
    return (
        f"**{METRIC.capitalize()} {number(test['score'])}** (95% interval {number(test['low'])} to "
        f"{number(test['high'])}) on {test['rows']:,} test rows, {test['anomalies']:,} of them "
        f"anomalous{windows}; a random order would score {number(test['baseline'])}. ROC AUC "
        f"{number(test['roc_auc'])} ({number(test['roc_auc_low'])} to "
        f"{number(test['roc_auc_high'])}). {about_data.stamp(results)}.\n\n{shown}"
    )


def decisions(results: Results, settings: Settings) -> str:
    """Name the three decisions that shape the result, with their records."""
    policy = {"budget": "an alert budget", "f1": "the highest F1", "cost": "the lowest cost"}
    return (
        f"Decisions: a [{settings.split.kind} split](decisions/0002-split.md), "
        f"[{results['choice']['chosen']}](decisions/0003-model.md) as the detector, a "
        f"[threshold](decisions/0005-threshold.md) by {policy[settings.alerts.policy]}."
    )


def limit(results: Results, settings: Settings) -> str:
    """Name the worst measured weakness: what is missed, or where false alerts are frequent."""
    test = results["test"]
    if not test["labelled"]:
        return "**Limit.** Without labels nobody knows how many alerts are right."
    seen, kinds, events = test["at_threshold"], results["kinds"] or [], test.get("windows")
    missed, false = seen["events"] - seen["caught"], seen["alerts"] - seen["right"]
    text = (
        f"**Limit.** On test rows {false:,} of {seen['alerts']:,} alerts are false and {missed:,} "
        f"of {seen['events']:,} {events_word(settings, seen['events'])} are missed."
    )
    if not false and not missed:
        text = f"**Limit.** No alert is false and no {events_word(settings, 1)} is missed, but the"
        text += f" test rows hold only {seen['events']:,}."
    if events:
        found, delay = number(events["moved"]["found"]), duration(events["median_delay_hours"])
        late = f" Windows are found {delay} after they begin (median)." if delay else ""
        return f"{text}{late} The same flags at random places find {found} on average."
    if kinds := [item for item in kinds if item["rows"] >= 10]:
        worst = min(kinds, key=lambda item: item["detector"])
        part = percent(worst["detector"])
        text += f' Of the kind "{worst["kind"]}", were it new, {part} of the rows would be found.'
    return text


def limits(results: Results, settings: Settings) -> str:
    """List the measured limits."""
    lines = [limit(results, settings).removeprefix("**Limit.** ")]
    if results["errors"].get("slices"):
        lines.append(f"{findings.slices(results, settings)}.")
    lines.append(f"{findings.stability(results)}.")
    return "\n".join(f"- {line}" for line in lines)


def brief(results: Results, settings: Settings) -> str:
    """Tell it to a manager in a few lines."""
    project = settings.project
    lines = [
        f"{project.decision_maker} {project.decision}.",
        f"{findings.improvement(results, settings)}.",
        f"{findings.threshold(results, settings)}, and was not changed afterwards.",
        limit(results, settings).removeprefix("**Limit.** "),
        f"{findings.importance(results, settings)}.",
    ]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


CHOSEN = ("ladder", "choice")

BLOCKS: dict[str, Part[str]] = {
    "question": Part(about_data.question),
    "headline": Part(headline, ("test", "run")),
    "ladder": Part(about_model.ladder, CHOSEN),
    "decisions": Part(decisions, CHOSEN),
    "limit": Part(limit, ("test", "diagnosis")),
    "success": Part(about_alerts.success, ("test",)),
    "data": Part(about_data.data, ("data",)),
    "cleaning": Part(about_data.cleaning, ("data",)),
    "moments": Part(about_series.moments, ("data",)),
    "split": Part(about_alerts.split, ("data",)),
    "leakage": Part(about_data.leakage, ("leakage",)),
    "choice": Part(about_model.choice, CHOSEN),
    "failed": Part(about_model.failed, ("agreement", *CHOSEN)),
    "overfit": Part(about_model.overfit, ("diagnosis",)),
    "diagnosis": Part(about_model.diagnosis, ("diagnosis",)),
    "more_data": Part(about_model.more_data, ("diagnosis.learning_curve",)),
    "tuning": Part(about_model.tuning),
    "importance": Part(about_model.importance, ("diagnosis.importance",)),
    "slices": Part(about_model.slices, ("errors",)),
    "errors": Part(about_model.errors, ("errors.examples",)),
    "openings": Part(about_data.openings, ("test",)),
    "groups": Part(about_model.groups, ("test",)),
    "threshold": Part(about_alerts.threshold, ("threshold",)),
    "capacity": Part(about_alerts.capacity, ("test.budgets",)),
    "supervised": Part(about_alerts.supervised, ("diagnosis", *CHOSEN)),
    "kinds": Part(about_alerts.kinds, ("diagnosis",)),
    "contamination": Part(about_alerts.contamination, ("diagnosis", "choice")),
    "gaussian": Part(about_features.gaussian, ("diagnosis.gaussian",)),
    "correlated": Part(about_features.correlated, ("correlated", "ladder")),
    "events": Part(about_series.events, ("test",)),
    "explained": Part(about_alerts.explained, ("test.explained",)),
    "limits": Part(limits, ("test", "diagnosis", "errors")),
    "brief": Part(brief, ("test", "threshold", "diagnosis")),
    "serving": Part(about_service.serving, ("serving", "run")),
    "parity": Part(about_service.parity, ("serving",)),
    "drift": Part(about_drift.drift, ("monitoring",)),
    "run": Part(about_data.run, ("run",)),
}
