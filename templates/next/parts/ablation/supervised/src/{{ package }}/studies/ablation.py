"""What a feature is worth: the chosen model, fitted again without it.

Shuffling a feature asks what this model leans on; leaving it out asks what is lost, because
another feature may say the same.
"""

from __future__ import annotations

import time
from typing import Any

from threadpoolctl import threadpool_limits

from ..data import load
from ..kit import command, say
from ..kit.intervals import paired_difference
from ..kit.results import check_fresh, read_results, write_results
from ..kit.settings import RuleOfThumb, Settings, load_settings
from ..split import split
from ..train import prepare

MOST = 6  # features, the most important ones first
ROLES = ("numeric", "categorical", "date", "text")


def without(settings: Settings, name: str) -> Settings:
    """Return the settings without one feature, and without what a line looks up by it."""
    columns, rule = settings.columns, settings.rule_of_thumb
    left = {role: [each for each in getattr(columns, role) if each != name] for role in ROLES}
    circle = {key: length for key, length in columns.circle.items() if key != name}
    fewer: dict[str, Any] = {"columns": columns.model_copy(update={**left, "circle": circle})}
    if rule and name in rule.by:
        fewer["rule_of_thumb"] = None
    return settings.model_copy(update=fewer)


@command
def main() -> None:
    """Fit the chosen model without each of its most important features."""
    start, settings = time.perf_counter(), load_settings()
    results = read_results("train", "diagnose")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    rows, _ = split(load(settings)[0], settings)
    rule = RuleOfThumb.model_validate(results["train"]["rule_of_thumb"])
    choice, study = results["train"]["choice"], prepare(settings, rows, rule)
    name, parameters, folds, found = choice["chosen"], choice["parameters"], study.folds, []
    usual = study.validate(study.build(name, parameters), folds).scores
    for item in results["diagnose"]["importance"][:MOST]:
        say(f"  without {item['label']}")
        fewer = study._replace(settings=without(settings, item["feature"]))
        scores = fewer.validate(fewer.build(name, parameters), folds).scores
        names = {key: item[key] for key in ("feature", "label")}
        found.append(names | paired_difference(scores, usual, folds))
    seconds = time.perf_counter() - start
    write_results("studies.ablation", {"features": found}, seconds, settings.data.file)


if __name__ == "__main__":
    main()
