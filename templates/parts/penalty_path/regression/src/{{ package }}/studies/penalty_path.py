"""The linear model along the strength of its penalty: validation error, and weights."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from ..features import for_lines
from ..kit import command, say
from ..kit.results import check_fresh, read_results, write_results
from ..kit.settings import load_settings
from ..models import score
from ..train import Study, open_study

ALPHAS = np.logspace(-2, 5, 15)
MOST = 10  # weights, the largest ones first


def path(study: Study, features: Any) -> Any:
    """Return the mean validation error for every penalty."""
    y, name, scores = study.y.to_numpy(), study.settings.metric.name, []
    for fit, seen in study.folds:
        known = features.fit_transform(study.X.iloc[fit], y[fit])
        new = features.transform(study.X.iloc[seen])
        lines = [Ridge(alpha).fit(known, y[fit]) for alpha in ALPHAS]
        scores.append([score(name, y[seen], line.predict(new)) for line in lines])
    return np.asarray(scores).mean(axis=0)


@command
def main() -> None:
    """Fit the line with penalties from weak to strong."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    study, *_ = open_study(settings)
    ridge = next(rung for rung in results["train"]["ladder"] if rung["name"] == "ridge")
    features = for_lines(settings, **ridge["parameters"])
    scores = path(study, features)
    table = features.fit_transform(study.X, study.y)
    weights = np.array([Ridge(alpha).fit(table, study.y).coef_ for alpha in ALPHAS])
    largest = np.argsort(-np.abs(weights).max(axis=0))[:MOST]
    found = {
        "alphas": ALPHAS,
        "scores": scores,
        "best": ALPHAS[scores.argmin()],
        "weights": {f"column {place}": weights[:, place] for place in largest},
    }
    seconds = time.perf_counter() - start
    write_results("studies.penalty_path", found, seconds, settings.data.file)
    say(f"best penalty {found['best']:.3g}: {scores.min():.5g}")


if __name__ == "__main__":
    main()
