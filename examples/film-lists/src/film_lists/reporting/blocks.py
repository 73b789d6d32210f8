"""The blocks of a recommender study: which there are, and those that tie the others together."""

from __future__ import annotations

from ..models import find_rung
from ..project import Settings
from ..results import Results
from . import about_data, about_drift, about_lists, about_model, about_service, about_use, findings
from .markdown import number, percent, picture
from .part import Part
from .wording import metric_label, people


def headline(results: Results, settings: Settings) -> str:
    """State the result on the test users with its interval, and what popularity reaches."""
    test, run, name = results["test"], results["run"], results["choice"]["chosen"]
    rivals = ", ".join(
        f"{rival} {number(item['score'])}" for rival, item in test["against"].items()
    )
    about = f"{test['rows']:,} {'synthetic ' if settings.data.demo else ''}test users"
    return (
        f"**{metric_label(settings)} {number(test['score'])}** (95% interval {number(test['low'])} "
        f"to {number(test['high'])}) for *{name}* on {about}. For comparison: {rivals}. "
        f"Commit `{run['commit']}`, {run['date']}.\n\n"
        f"{picture('headline', findings.hits(results, settings))}"
    )


def decisions(results: Results, settings: Settings) -> str:
    """Name the three decisions that shape the result, with their records."""
    return (
        f"Decisions: [{metric_label(settings)}](decisions/0001-metric.md) as the metric, a "
        f"[{settings.split.kind} split](decisions/0002-split.md), "
        f"[{results['choice']['chosen']}](decisions/0003-model.md) as the model."
    )


def limit(results: Results, settings: Settings) -> str:
    """Name whom the lists serve least, and how many users get none of their own."""
    cold = results["test"]["cold_start"]
    text = f"**Limit.** {findings.slices(results, settings)}."
    if not find_rung(results["choice"]["chosen"]).personal:
        text = f"**Limit.** Everybody gets the same list. {findings.personal(results)}."
        text += findings.blend(results)
    if cold["new_user_share"] > 0.05:
        share = percent(cold["new_user_share"])
        text += f" {share} of the test interactions come from users without any past."
    return text


def limits(results: Results, settings: Settings) -> str:
    """List the measured limits."""
    tail = results["test"]["popularity_slices"][-1]
    lines = [
        f"{findings.slices(results, settings)}.",
        f"The lists hold {percent(tail['recall'])} of the hidden interactions with {tail['name']}.",
        f"The lists show {percent(results['test']['variety']['coverage'])} of the catalogue.",
        about_use.cold_start(results, settings),
    ]
    return "\n".join(f"- {line}" for line in lines)


def brief(results: Results, settings: Settings) -> str:
    """Tell it to a manager in five lines."""
    test, project = results["test"], settings.project
    lines = [
        f"{project.decision_maker} {project.decision}.",
        f"{percent(test['hit_rate'])} of {people(test['rows'])} find something they took "
        f"among the {settings.metric.k} places of their list.",
        f"{findings.improvement(results, settings)}; the goal was at least "
        f"{percent(project.success_improvement)}.",
        f"The lists show {percent(test['variety']['coverage'])} of the catalogue.",
        f"{findings.slices(results, settings)}.",
    ]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


CHOICE = ("ladder", "choice")
GROUPS = ("errors.slices", "errors.rival", "diagnosis")
BLOCKS: dict[str, Part[str]] = {
    "question": Part(about_data.question),
    "headline": Part(headline, ("test", "run", "choice")),
    "ladder": Part(about_model.ladder, CHOICE),
    "decisions": Part(decisions, ("choice",)),
    "limit": Part(limit, (*GROUPS, "test", *CHOICE)),
    "success": Part(about_data.success, ("test", "choice")),
    "data": Part(about_data.data, ("data",)),
    "cleaning": Part(about_data.cleaning, ("data",)),
    "split": Part(about_data.split, ("data",)),
    "split_comparison": Part(about_data.split_comparison, ("split_comparison", "choice")),
    "leakage": Part(about_data.leakage, ("leakage",)),
    "choice": Part(about_model.choice, CHOICE),
    "failed": Part(about_model.failed, CHOICE),
    "overfit": Part(about_model.overfit, ("diagnosis",)),
    "diagnosis": Part(about_model.diagnosis, ("diagnosis",)),
    "more_data": Part(about_model.more_data, ("diagnosis",)),
    "tuning": Part(about_model.tuning, ("tuning", "diagnosis")),
    "slices": Part(about_model.slices, (*GROUPS, "choice")),
    "errors": Part(about_model.errors, ("errors",)),
    "groups": Part(about_model.groups, ("test", "test.rival")),
    "openings": Part(about_data.openings, ("test",)),
    "lengths": Part(about_lists.lengths, ("test", "choice")),
    "fashion": Part(about_use.fashion, ("test", "choice")),
    "cold_start": Part(about_use.cold_start, ("test", "diagnosis")),
    "variety": Part(about_lists.variety, ("ladder",)),
    "similar": Part(about_lists.similar, ("similar", "newcomer")),
    "ratings": Part(about_lists.ratings, ("ladder",)),
    "negatives": Part(about_lists.negatives, ("data",)),
    "retrieval": Part(about_use.retrieval, ("test.retrieval",)),
    "experiment": Part(about_use.experiment, ("test",)),
    "limits": Part(limits, ("errors.slices", *CHOICE, "test", "diagnosis")),
    "brief": Part(brief, ("errors.slices", "diagnosis", *CHOICE, "test")),
    "serving": Part(about_service.serving, ("serving", "run")),
    "parity": Part(about_service.parity, ("serving",)),
    "drift": Part(about_drift.drift, ("monitoring",)),
    "run": Part(about_data.run, ("run",)),
}
