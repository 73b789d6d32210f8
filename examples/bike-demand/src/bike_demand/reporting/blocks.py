"""The blocks of a regression study: which there are, and those that only regression needs."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import (
    about_ablation,
    about_data,
    about_drift,
    about_model,
    about_service,
    about_study,
    findings,
)
from .markdown import number, percent, picture, table
from .part import Part
from .wording import amount, metric_name


def improvement(results: Results, settings: Settings) -> str:
    """Say how the test error compares with the baseline's."""
    share = results["test"]["improvement"]
    word = "smaller" if share >= 0 else "larger"
    return f"On test rows the error is {percent(abs(share))} {word} than the baseline's"


def headline(results: Results, settings: Settings) -> str:
    """State the result on the test set, its interval, the baseline, and what made it."""
    test = results["test"]
    return (
        f"**{metric_name(settings).capitalize()} {amount(test['score'], settings)}** (95% interval "
        f"{number(test['low'])} to {number(test['high'])}) on {test['rows']:,} test rows; "
        f"a baseline that predicts the same number for every row has {number(test['baseline'])}. "
        f"{about_data.stamp(results)}.\n\n"
        f"{picture('headline', improvement(results, settings))}"
    )


def decisions(results: Results, settings: Settings) -> str:
    """Name the three decisions that shape the result, with their records."""
    return (
        f"Decisions: [{metric_name(settings)}](decisions/0001-metric.md) as the metric, a "
        f"[{settings.split.kind} split](decisions/0002-split.md), "
        f"[{results['choice']['chosen']}](decisions/0003-model.md) as the model."
    )


def units(results: Results, settings: Settings) -> str:
    """Translate the error into the unit of the target and into a share of good predictions."""
    test, target = results["test"], results["data"]["target"]
    return (
        f"The mean absolute error is {amount(test['mae'], settings)}, against a median "
        f"{settings.columns.target} of {number(target['median'])}. "
        f"{percent(test['within_tolerance'])} of the predictions are within {test['tolerance']} of "
        f"the actual value. R² {number(test['r2'])}."
    )


def losses(results: Results, settings: Settings) -> str:
    """Rank the same models under three losses."""
    names = [key for key in results["losses"][0] if key != "model" and not key.startswith("rank")]
    rows = [
        [item["model"], *(f"{number(item[name])} ({item[f'rank_{name}']})" for name in names)]
        for item in results["losses"]
    ]
    return table(["model: loss (rank)", *(name.upper() for name in names)], rows)


def residual_finding(results: Results, settings: Settings) -> str:
    """Say how the error goes with the prediction, and where the intervals keep least."""
    tenths = results["test"]["deciles"]
    least = min(tenths, key=lambda part: part["coverage"])
    place = f"tenth {tenths.index(least) + 1}"
    return (
        f"From the lowest to the highest tenth of predictions the error goes from "
        f"{number(tenths[0]['mae'])} to {amount(tenths[-1]['mae'], settings)}; "
        f"intervals cover least in {place} ({percent(least['coverage'])} of {least['rows']:,} rows)"
    )


def residuals(results: Results, settings: Settings) -> str:
    """Show the errors along the predicted value."""
    return picture("residuals", residual_finding(results, settings))


def penalty_finding(results: Results, settings: Settings) -> str:
    """Say which penalty cross-validation chose on the regularisation path."""
    path = results["diagnosis"]["regularisation_path"]
    return (
        f"Cross-validation chooses {path['parameter']} = {number(path['best'])} for {path['model']}"
    )


def penalty(results: Results, settings: Settings) -> str:
    """Show the regularisation path of ridge, and set the best lasso beside the best ridge."""
    path = results["diagnosis"]["regularisation_path"]
    lasso, ridge = path["lasso"], min(path["validation"])
    return (
        f"{picture('regularisation', penalty_finding(results, settings))}\n\n"
        f"The best ridge has {amount(ridge, settings)} in cross-validation, the best lasso "
        f"(alpha = {number(lasso['alpha'])}) {amount(lasso['score'], settings)} with "
        f"{lasso['kept']} of {lasso['of']} coefficients."
    )


def intervals(results: Results, settings: Settings) -> str:
    """State what the prediction intervals promise and what they kept."""
    kept = results["test"]["interval_coverage"]
    return (
        f"{kept['method'].capitalize()}: {percent(kept['target'])} promised, "
        f"{percent(kept['measured'])} of the test rows inside (95% interval {percent(kept['low'])} "
        f"to {percent(kept['high'])}); mean width {amount(kept['mean_width'], settings)}."
    )


def extrapolation(results: Results, settings: Settings) -> str:
    """Set the error outside of the training range beside the error inside."""
    part = results["test"]["extrapolation"]
    rows = f"{part['rows']:,} ({percent(part['share'])})"
    text = f"Test rows outside of the training range ({part['definition']}): {rows}"
    if part["score"] is None or part["inside_score"] is None:
        return f"{text}."
    error = amount(part["score"], settings)
    return f"{text}; their error is {error}, against {number(part['inside_score'])} inside."


def limits(results: Results, settings: Settings) -> str:
    """List the measured limits."""
    lines = [
        f"{findings.slices(results, settings)}.",
        f"{residual_finding(results, settings)}.",
        extrapolation(results, settings),
    ]
    if order := findings.order(results, settings):
        lines.insert(0, f"{order}.")
    return "\n".join(f"- {line}" for line in lines)


def brief(results: Results, settings: Settings) -> str:
    """Tell it to a manager in five lines."""
    test, project = results["test"], settings.project
    lines = [
        f"{project.decision_maker} {project.decision}.",
        f"On average, predictions miss by {amount(test['mae'], settings)} on rows kept aside.",
        f"{percent(test['within_tolerance'])} are within {test['tolerance']} of the actual value.",
        f"{improvement(results, settings)}; wanted: {percent(test['wanted'])}.",
        f"{findings.slices(results, settings)}.",
    ]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


CHOSEN = ("ladder", "choice")

BLOCKS: dict[str, Part[str]] = {
    "question": Part(about_data.question),
    "headline": Part(headline, ("test", "run")),
    "ladder": Part(about_model.ladder, CHOSEN),
    "decisions": Part(decisions, CHOSEN),
    "limit": Part(about_model.limit, ("test", "errors.overall", "split_comparison")),
    "success": Part(about_study.success, ("test",)),
    "data": Part(about_data.data, ("data",)),
    "cleaning": Part(about_data.cleaning, ("data",)),
    "split": Part(about_study.split, ("data",)),
    "split_comparison": Part(about_model.split_comparison, ("split_comparison",)),
    "leakage": Part(about_data.leakage, ("leakage",)),
    "choice": Part(about_model.choice, CHOSEN),
    "failed": Part(about_model.failed, CHOSEN),
    "losses": Part(losses, ("losses",)),
    "overfit": Part(about_model.overfit, ("diagnosis",)),
    "diagnosis": Part(about_model.diagnosis, ("diagnosis",)),
    "more_data": Part(about_model.more_data, ("diagnosis",)),
    "tuning": Part(about_model.tuning, ("tuning",)),
    "complexity": Part(about_model.complexity, ("diagnosis.validation_curve.values",)),
    "penalty": Part(penalty, ("diagnosis.regularisation_path.lasso",)),
    "importance": Part(about_model.importance, ("diagnosis.importance",)),
    "ablation": Part(about_ablation.ablation, ("diagnosis.ablation", "diagnosis.importance")),
    "cleaning_effect": Part(about_ablation.cleaning_effect, ("diagnosis.cleaning",)),
    "slices": Part(about_model.slices, ("errors.slices", "errors.overall")),
    "errors": Part(about_model.errors, ("errors",)),
    "openings": Part(about_data.openings, ("test",)),
    "units": Part(units, ("test", "data")),
    "groups": Part(about_model.groups, ("test.slices",)),
    "residuals": Part(residuals, ("test",)),
    "intervals": Part(intervals, ("test",)),
    "extrapolation": Part(extrapolation, ("test",)),
    "limits": Part(limits, ("test", "errors.overall", "split_comparison")),
    "brief": Part(brief, ("test", "errors.overall")),
    "serving": Part(about_service.serving, ("serving", "run")),
    "parity": Part(about_service.parity, ("serving",)),
    "drift": Part(about_drift.drift, ("monitoring",)),
    "run": Part(about_data.run, ("run",)),
}
