"""What a feature is worth: the chosen model, fitted again without it.

Shuffling a feature asks what this model leans on; leaving it out asks what is lost, because
another feature may say the same.
"""

from __future__ import annotations

from ..kit import say
from ..kit.intervals import paired_difference
from ..kit.results import Results, step
from ..kit.settings import Settings
from ..train import open_study

MOST = 6  # features, the most important ones first
ROLES = ("numeric", "categorical", "date", "text")


def without(settings: Settings, name: str) -> Settings:
    """Return the settings without one feature, and without what a line looks up by it."""
    columns, rule = settings.columns, settings.rule_of_thumb
    remaining = {role: [each for each in getattr(columns, role) if each != name] for role in ROLES}
    looked_up = {*rule.by, *(by.rpartition(".")[0] for by in rule.by)}  # a part of a date as well
    rule = rule.model_copy(update={"by": []}) if name in looked_up else rule
    reduced = {"columns": columns.model_copy(update=remaining), "rule_of_thumb": rule}
    return settings.model_copy(update=reduced)


@step("studies.ablation", "train", "diagnose")
def main(settings: Settings, results: Results) -> Results:
    """Fit the chosen model without each of its most important features."""
    study, *_ = open_study(settings)
    choice, found = results["train"]["choice"], []
    name, parameters, folds = choice["chosen"], choice["parameters"], study.folds
    baseline = study.validate(study.build(name, parameters), folds)["test_score"]
    for item in results["diagnose"]["importance"][:MOST]:
        say(f"  without {item['label']}")
        reduced = study._replace(settings=without(settings, item["feature"]))
        scores = reduced.validate(reduced.build(name, parameters), folds)["test_score"]
        names = {key: item[key] for key in ("feature", "label")}
        loss = paired_difference(study.sign * scores, study.sign * baseline, folds)  # of a loss
        found.append(names | loss)
    return {"features": found}


if __name__ == "__main__":
    main()
