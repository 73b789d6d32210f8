"""Blocks about the models: comparison, choice, diagnosis and errors."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import amount, level, metric_label, part_amount, part_label, span


def ladder(results: Results, settings: Settings) -> str:
    """List the baseline, the chosen, the best and the simplest models: five rows at most."""
    choice, ladder = results["choice"], sorted(results["ladder"], key=lambda rung: rung["rank"])
    always = [ladder[0]["name"], choice["chosen"], choice["best"]]
    shown = sorted(ladder, key=lambda rung: (rung["name"] not in always, rung["rank"]))[:5]
    rows = [
        [
            f"**{rung['name']}**" if rung["name"] == choice["chosen"] else rung["name"],
            level(rung["score"], settings),
            span(rung["folds"], settings),
            f"{number(rung['fit_seconds'], 2)} s",
        ]
        for rung in sorted(shown, key=lambda rung: rung["rank"])
    ]
    return table(["model", metric_label(settings), "over the folds", "time to fit"], rows)


def choice(results: Results, settings: Settings) -> str:
    """State the rule of choice and the paired comparisons that it looked at."""
    rows = [
        [
            item["model"],
            number(item["difference"]),
            f"{number(item['low'])} to {number(item['high'])}",
            "yes" if item["distinguishable"] else "no",
        ]
        for item in results["choice"]["comparisons"]
    ]
    better = f"{results['choice']['best']} is better by ({metric_label(settings)})"
    header = ["over the same folds", better, "95% interval", "distinguishable"]
    drawing = picture("ladder", findings.choice(results, settings))
    rule = f"Rule: {results['choice']['rule']}. Here: {results['choice']['reason']}"
    return f"{rule}\n\n{table(header, rows)}\n\n{drawing}"


def failed(results: Results, settings: Settings) -> str:
    """List the models that were tried and not chosen, with how far they came."""
    taken = findings.chosen(results)
    trivial = next(rung["score"] for rung in results["ladder"] if rung["baseline"])
    rows = [
        [
            rung["name"],
            level(rung["score"], settings),
            percent((trivial - rung["score"]) / (trivial - taken["score"])),
        ]
        for rung in sorted(results["ladder"], key=lambda rung: rung["score"])
        if rung["name"] != taken["name"] and not rung["baseline"]
    ]
    gain = f"gain over the baseline ({taken['name']} = 100%)"
    return table(["not chosen", metric_label(settings), gain], rows)


def split_comparison(results: Results, settings: Settings) -> str:
    """Set the score under the chosen split beside the one of another split of the same rows."""
    parts = results["split_comparison"]
    text = (
        f"The chosen model in cross-validation: {amount(parts['honest']['score'], settings)} under "
        f"the {parts['honest']['kind']} split"
    )
    if "random" in parts:
        return f"{text}, {amount(parts['random']['score'], settings)} under a random one."
    if "in_order" not in parts:
        return f"{text}. Folds in the order of the file would lack a class: the file is sorted."
    verdict = findings.order(results, settings) or "The rows look exchangeable"
    onward = amount(parts["in_order"]["score"], settings)
    return (
        f"{text}, {onward} when every fold predicts the rows that follow in the file (from fewer "
        f"rows: the first half or more). {verdict}."
    )


def overfit(results: Results, settings: Settings) -> str:
    """State the gap between training and validation error, and the spread over seeds."""
    diagnosis, seeds = results["diagnosis"], results["diagnosis"]["seed_spread"]
    return (
        f"Training {amount(diagnosis['train'], settings)}, validation "
        f"{amount(diagnosis['validation'], settings)}. With {len(seeds['scores'])} seeds: "
        f"{span(seeds['scores'], settings)}."
    )


def diagnosis(results: Results, settings: Settings) -> str:
    """State the verdict on bias and variance, with the errors it rests on."""
    facts = results["diagnosis"]
    rows = [
        ["baseline", level(facts["baseline"], settings)],
        ["wanted: the win condition", level(facts["target_level"], settings)],
        ["training", level(facts["train"], settings)],
        ["validation", level(facts["validation"], settings)],
    ]
    verdict = f"Verdict: **{facts['verdict']}**. {facts['advice']}"
    return f"{verdict}\n\n{table(['', metric_label(settings)], rows)}"


def more_data(results: Results, settings: Settings) -> str:
    """Show the learning curve."""
    return picture("learning_curve", findings.more_data(results, settings))


def tuning(results: Results, settings: Settings) -> str:
    """State what was tuned on which rows."""
    lines = []
    for item in results["tuning"]:
        chosen = ", ".join(f"{name} = {value:g}" for name, value in item["chosen"].items())
        tried = f"{len(item['values'])} combinations on {item['rows']}"
        lines.append(f"- {item['model']}: {item['parameter']}, {tried}; chosen {chosen}.")
    return "\n".join(lines)


def complexity(results: Results, settings: Settings) -> str:
    """Show the validation curve."""
    return picture("validation_curve", findings.complexity(results, settings))


def importance(results: Results, settings: Settings) -> str:
    """Show which features the model leans on."""
    return picture("importance", findings.importance(results, settings))


def slices(results: Results, settings: Settings) -> str:
    """Show where the model is worst, and how hard that group is."""
    shown, parts = findings.slices(results, settings), results["errors"]["slices"]
    text = picture("slices", shown)
    if parts:
        alone = part_amount(findings.worst_slice(parts)["constant"], settings)
        text += f"\n\nError of the best constant prediction there: {alone}."
    return text


def limit(results: Results, settings: Settings) -> str:
    """Name the worst limit that was measured: the order of the rows, or the worst group."""
    text = findings.order(results, settings) or findings.slices(results, settings)
    for part in results["test"]["slices"]:
        if f"where {part['name']}:" in text:  # chosen among many, so new rows have the last word
            text += (
                f"; on test rows {number(part['score'])} "
                f"({number(part['low'])} to {number(part['high'])}, {part['rows']:,} rows)"
            )
    return f"**Limit.** {text}."


def groups(results: Results, settings: Settings) -> str:
    """List the test error of each declared group, and of each group that `diagnose` found."""
    rows = [
        [part["name"], part["kind"], f"{part['rows']:,}", number(part["score"]),
         f"{number(part['low'])} to {number(part['high'])}", number(part["constant"])]
        for part in results["test"]["slices"]
    ]  # fmt: skip
    measured = [part_label(settings), "95% interval", "best constant"]
    return table(["test rows where", "group", "n", *measured], rows)


def errors(results: Results, settings: Settings) -> str:
    """List the five worst predictions for training rows that the model had not seen."""
    rows = [
        [
            item["row"],
            number(item["actual"]),
            number(item["predicted"]),
            ", ".join(f"{name} = {value}" for name, value in item["values"].items()),
        ]
        for item in results["errors"]["examples"]
    ]
    return (
        f"{table(['row', 'actual', 'predicted', 'features'], rows)}\n\n"
        f"The 20 worst are in [errors.csv](reports/errors.csv), with a column for your notes."
    )
