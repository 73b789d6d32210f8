"""The blocks of a classification study: which there are, and those about model and result."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import (
    about_ablation,
    about_data,
    about_decisions,
    about_drift,
    about_model,
    about_probabilities,
    about_service,
    about_study,
    curves,
    findings,
)
from .markdown import number, percent, picture, table
from .part import Part
from .wording import amount, level, metric_label, span, to_find


def headline(results: Results, settings: Settings) -> str:
    """State the result on the test set, its interval, the baseline, and what made it."""
    test, name = results["test"], amount(results["test"]["score"], settings)
    share = percent(test["classes"][to_find(settings)] / test["rows"])
    many, found = len(settings.names), f"{share} of them {to_find(settings)}"
    return (
        f"**{name[0].upper()}{name[1:]}** (95% interval "
        f"{span([test['low'], test['high']], settings)}) on {test['rows']:,} test rows, "
        f"{found if many == 2 else f'{many} classes'}; a baseline that gives every row the same "
        f"probabilities has {level(test['baseline'], settings)}. "
        f"{about_decisions.saving(results, settings)}. {about_data.stamp(results)}.\n\n"
        f"{picture('headline', about_decisions.outcome(results, settings))}"
    )


def decisions(results: Results, settings: Settings) -> str:
    """Name the three decisions that shape the result, with their records."""
    rule = "a [threshold from costs]" if len(settings.names) == 2 else "the [least expected cost]"
    return (
        f"Decisions: a [{settings.split.kind} split](decisions/0002-split.md), "
        f"[{results['choice']['chosen']}](decisions/0003-model.md) as the model, "
        f"{rule}(decisions/0005-threshold.md)."
    )


def losses(results: Results, settings: Settings) -> str:
    """Rank the same models under three losses, with the accuracy that hides the differences."""
    rows = [
        [
            item["model"],
            f"{number(item['log_loss'])} ({item['rank_log_loss']})",
            f"{number(1 - item['average_precision'])} ({item['rank_average_precision']})",
            f"{number(1 - item['roc_auc'])} ({item['rank_roc_auc']})",
            number(item["brier"]),
            percent(item["accuracy"]),
        ]
        for item in results["losses"]
    ]
    return table(
        ["model: reading (rank)", "log loss", "average precision", "ROC-AUC", "Brier", "accuracy"],
        rows,
    )


def odds_finding(results: Results, settings: Settings) -> str:
    """Say which feature has the largest odds ratio."""
    top = results["diagnosis"]["odds"][0]
    word = "multiplies" if top["ratio"] >= 1 else "divides"
    factor = max(top["ratio"], 1 / top["ratio"])
    odds = f"the odds of {top['class']} by {number(factor)}"
    return f"In the logistic model {curves.feature(top['feature'])} {word} {odds}"


def odds(results: Results, settings: Settings) -> str:
    """Show the odds ratios of the logistic rung."""
    return picture("odds", odds_finding(results, settings))


def explanation(results: Results, settings: Settings) -> str:
    """Explain one prediction: the worst mistake among rows that were not fitted."""
    case = results["errors"]["explanation"]
    rows = [
        [item["feature"], item["value"], f"{100 * item['effect']:+.1f}"] for item in case["effects"]
    ]
    header = ["feature", "value", "percentage points that it adds"]
    return (
        f"Row {case['row']} is {case['actual']}; the model gives {case['class']} "
        f"{percent(case['probability'])}. What each value adds to that, compared with a typical "
        f"one:\n\n{table(header, rows)}"
    )


def nonlinearity(results: Results, settings: Settings) -> str:
    """Set the logistic rung beside curves and trees: what bends and interactions bring."""
    rungs = {rung["name"]: rung for rung in results["ladder"]}
    shown = [name for name in ("logistic", "curves", "forest", "boosting") if name in rungs]
    line = rungs["logistic"]["score"]
    rows = [
        [
            name,
            level(rungs[name]["score"], settings),
            f"{100 * (rungs[name]['score'] / line - 1):+.1f}%",
        ]
        for name in shown
    ]
    return table(["model", metric_label(settings), "error against logistic"], rows)


def penalty_finding(results: Results, settings: Settings) -> str:
    """Say which penalty cross-validation chose on the regularisation path."""
    path = results["diagnosis"]["regularisation_path"]
    return (
        f"Cross-validation chooses {path['parameter']} = {number(path['best'])} for {path['model']}"
    )


def penalty(results: Results, settings: Settings) -> str:
    """Show the regularisation path."""
    return picture("regularisation", penalty_finding(results, settings))


def errors(results: Results, settings: Settings) -> str:
    """List the five rows whose class was given the least probability, out of fold."""
    rows = [
        [
            item["row"], item["actual"], item["predicted"], percent(item["probability"]),
            ", ".join(f"{name} = {value}" for name, value in item["values"].items()),
        ]
        for item in results["errors"]["examples"]
    ]  # fmt: skip
    return (
        f"{table(['row', 'actual', 'decided', 'probability of the actual', 'features'], rows)}\n\n"
        f"The 20 worst are in [errors.csv](reports/errors.csv), with a column for your notes."
    )


def limits(results: Results, settings: Settings) -> str:
    """List the measured limits."""
    lines = [
        findings.slices(results, settings),
        about_probabilities.calibration_finding(results, settings),
    ]
    lines.append(findings.more_data(results, settings))
    if order := findings.order(results, settings):
        lines.insert(0, order)
    return "\n".join(f"- {line}." for line in lines)


def brief(results: Results, settings: Settings) -> str:
    """Tell it to a manager in five lines."""
    test, project = results["test"], settings.project
    wanted = test["baseline"] * (1 - project.success_improvement)
    lines = [
        f"{project.decision_maker} {project.decision}",
        about_decisions.outcome(results, settings),
        about_decisions.saving(results, settings),
        f"On rows kept aside, {amount(test['score'], settings)}; the baseline has "
        f"{level(test['baseline'], settings)}, and {level(wanted, settings)} was the goal",
        findings.slices(results, settings),
    ]
    return "\n".join(f"{place}. {line}." for place, line in enumerate(lines, 1))


BLOCKS: dict[str, Part[str]] = {
    "question": Part(about_data.question),
    "headline": Part(headline, ("test", "run")),
    "ladder": Part(about_model.ladder, ("ladder", "choice")),
    "decisions": Part(decisions, ("choice",)),
    "limit": Part(about_model.limit, ("test", "errors.overall", "split_comparison")),
    "success": Part(about_study.success, ("test",)),
    "data": Part(about_data.data, ("data",)),
    "cleaning": Part(about_data.cleaning, ("data",)),
    "split": Part(about_study.split, ("data",)),
    "split_comparison": Part(about_model.split_comparison, ("split_comparison",)),
    "leakage": Part(about_data.leakage, ("leakage",)),
    "choice": Part(about_model.choice, ("ladder", "choice")),
    "failed": Part(about_model.failed, ("ladder", "choice")),
    "losses": Part(losses, ("losses",)),
    "overfit": Part(about_model.overfit, ("diagnosis",)),
    "diagnosis": Part(about_model.diagnosis, ("diagnosis",)),
    "more_data": Part(about_model.more_data, ("diagnosis",)),
    "tuning": Part(about_model.tuning, ("tuning",)),
    "complexity": Part(about_model.complexity, ("diagnosis",)),
    "penalty": Part(penalty, ("diagnosis",)),
    "importance": Part(about_model.importance, ("diagnosis",)),
    "ablation": Part(about_ablation.ablation, ("diagnosis.ablation", "diagnosis.importance")),
    "cleaning_effect": Part(about_ablation.cleaning_effect, ("diagnosis.cleaning",)),
    "slices": Part(about_model.slices, ("errors.slices", "errors.overall")),
    "errors": Part(errors, ("errors",)),
    "openings": Part(about_data.openings, ("test",)),
    "groups": Part(about_model.groups, ("test",)),
    "rates": Part(about_decisions.rates, ("test",)),
    "accuracy": Part(about_decisions.accuracy, ("test", "choice")),
    "threshold": Part(about_decisions.threshold, ("policy", "test")),
    "cost_ratios": Part(about_decisions.cost_ratios, ("test",)),
    "imbalance": Part(about_probabilities.imbalance, ("imbalance.treatments",)),
    "calibration": Part(about_probabilities.calibration, ("calibration", "test")),
    "ranking": Part(about_probabilities.ranking, ("test",)),
    "confusion": Part(about_decisions.confusion, ("test",)),
    "odds": Part(odds, ("diagnosis",)),
    "explanation": Part(explanation, ("errors.explanation.actual", "errors")),
    "nonlinearity": Part(nonlinearity, ("ladder",)),
    "limits": Part(limits, ("errors.overall", "diagnosis", "split_comparison", "test")),
    "brief": Part(brief, ("errors.overall", "test")),
    "serving": Part(about_service.serving, ("serving", "run")),
    "parity": Part(about_service.parity, ("serving",)),
    "drift": Part(about_drift.drift, ("monitoring",)),
    "run": Part(about_data.run, ("run",)),
}
