"""The linear model along the strength of its penalty: validation error, and size of the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import Ridge

from ..features import for_lines
from ..kit import say
from ..kit.results import Results, step
from ..kit.settings import Settings
from ..models import score
from ..train import Study, open_study

ALPHAS = np.logspace(-2, 5, 15)


def path(study: Study, features: Any) -> Any:
    """Return the mean validation error for every penalty."""
    y, name, scores = study.y.to_numpy(), study.settings.metric.name, []
    for fit, val in study.folds:
        X_fit = features.fit_transform(study.X.iloc[fit], y[fit])
        X_val = features.transform(study.X.iloc[val])
        models = [Ridge(alpha).fit(X_fit, y[fit]) for alpha in ALPHAS]
        scores.append([score(name, y[val], model.predict(X_val)) for model in models])
    return np.asarray(scores).mean(axis=0)


@step("studies.penalty_path", "train")
def main(settings: Settings, results: Results) -> Results:
    """Fit the line with penalties from weak to strong."""
    study, *_ = open_study(settings)
    ridge = next(rung for rung in results["train"]["ladder"] if rung["name"] == "ridge")
    features = for_lines(settings, **ridge["parameters"])
    scores = path(study, features)
    table = features.fit_transform(study.X, study.y)
    sizes = [np.linalg.norm(Ridge(alpha).fit(table, study.y).coef_) for alpha in ALPHAS]
    best = int(scores.argmin())
    say(f"best penalty {ALPHAS[best]:.3g}: {scores[best]:.5g}")
    left = sizes[best] / sizes[0]
    return {"alphas": ALPHAS, "scores": scores, "sizes": sizes, "best": ALPHAS[best], "left": left}


if __name__ == "__main__":
    main()
