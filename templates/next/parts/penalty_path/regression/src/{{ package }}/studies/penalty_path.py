"""The linear model along the strength of its penalty: validation error, and weights."""

from __future__ import annotations

import time

import numpy as np
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from ..data import load
from ..features import for_lines
from ..kit import command, say
from ..kit.intervals import Vector
from ..kit.results import check_fresh, read_results, write_results
from ..kit.settings import RuleOfThumb, load_settings
from ..split import split
from ..train import Study, prepare

ALPHAS = np.logspace(-2, 5, 15)
MOST = 10  # weights, the largest ones first


def path(study: Study, calendar: str) -> Vector:
    """Return the validation error for every penalty, with a row for each fold."""
    features, y = for_lines(study.settings, calendar), study.y.to_numpy()
    scores = []
    for fit, seen in study.folds:
        known = features.fit_transform(study.X.iloc[fit], y[fit])
        new = features.transform(study.X.iloc[seen])
        lines = [Ridge(alpha).fit(known, y[fit]) for alpha in ALPHAS]
        scores.append([study.score(seen, line.predict(new)) for line in lines])
    return np.array(scores)


@command
def main() -> None:
    """Fit the line with penalties from weak to strong."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    rows, _ = split(load(settings)[0], settings)
    study = prepare(settings, rows, RuleOfThumb.model_validate(results["train"]["rule_of_thumb"]))
    ridge = next(rung for rung in results["train"]["ladder"] if rung["name"] == "ridge")
    scores = path(study, ridge["parameters"]["calendar"]).mean(axis=0)
    features = for_lines(settings, ridge["parameters"]["calendar"])
    table = features.fit_transform(study.X, study.y)
    weights = np.array([Ridge(alpha).fit(table, study.y).coef_ for alpha in ALPHAS])
    largest = np.argsort(-np.abs(weights).max(axis=0))[:MOST]
    found = {
        "alphas": ALPHAS, "scores": scores, "best": ALPHAS[scores.argmin()],
        "weights": {f"column {place}": weights[:, place] for place in largest},
    }  # fmt: skip
    seconds = time.perf_counter() - start
    write_results("studies.penalty_path", found, seconds, settings.data.file)
    say(f"best penalty {found['best']:.3g}: {scores.min():.5g}")


if __name__ == "__main__":
    main()
