"""A tuned boosting on the rows of a project, as somebody would do it without one: `rival.py`.

Run in the folder of a project of `mlscaffold new` whose package is called `study`, with `src` on
the path. It takes the project's columns and its division of rows, but its own features (calendar
parts of dates, categories as they are), and its own search: random draws of LightGBM's parameters
on the project's last folds, the best of them fitted to all training rows.
Prints one line of JSON: scores on the test rows of the constant, of the boosting, and of every
rung of the project's ladder fitted to the same rows; the share of the boosting's skill that the
chosen rung and the best one on the folds reach, with the interval of that share (units of test
rows drawn anew, the same for both), so that a gap can be told from chance.
"""

from __future__ import annotations

import json
from typing import Any

import lightgbm as lgb  # type: ignore[import-not-found, import-untyped, unused-ignore]
import numpy as np
import pandas as pd
from study import models
from study.kit.intervals import bootstrap
from study.kit.results import read_results
from study.kit.settings import load_settings
from study.split import make_units
from study.train import open_study

DRAWS, FOLDS = 24, 2
MOST = 8_000  # training rows that the search sees
RANGES = {
    "n_estimators": (50, 100, 200, 400, 800), "learning_rate": (0.02, 0.05, 0.1),
    "num_leaves": (4, 8, 15, 31, 63, 127), "min_child_samples": (5, 10, 20, 50),
    "colsample_bytree": (0.5, 0.8, 1.0), "reg_lambda": (0.0, 1.0, 10.0), "cat_smooth": (10, 50),
}  # fmt: skip
OBJECTIVES = {"rmse": ["l2"], "mae": ["l1", "l2"]}


def features(frames: list[pd.DataFrame], columns: Any) -> list[pd.DataFrame]:
    """Return training and test rows as LightGBM takes them."""
    table = pd.concat(frames, keys=range(len(frames)))
    made: dict[str, Any] = {name: table[name] for name in columns.numeric}
    for name in columns.categorical:
        known = pd.Index(frames[0][name].dropna().unique())
        made[name] = pd.Categorical(table[name].where(table[name].isin(known)), categories=known)
    for name in columns.date:
        date = table[name].dt
        made |= {f"{name} days": (table[name] - pd.Timestamp(0)).dt.days, f"{name} year": date.year}
        made |= {f"{name} month": date.month, f"{name} weekday": date.day_of_week}
        made |= {f"{name} hour": date.hour, f"{name} day": date.day}
    found = pd.DataFrame(made, index=table.index)
    found.columns = [f"x{place}" for place in range(found.shape[1])]
    return [found.loc[place] for place in range(len(frames))]


def draw(rng: np.random.Generator, settings: Any) -> dict[str, Any]:
    """Return one draw of the parameters."""
    drawn = {name: rng.choice(values).item() for name, values in RANGES.items()}
    losses = OBJECTIVES.get(settings.metric.name)
    if losses:
        drawn["objective"] = str(rng.choice(losses))
    return drawn | {"subsample": 0.8, "subsample_freq": 1}


def main() -> None:
    """Search, fit, and score on the test rows."""
    settings = load_settings()
    study, test, _ = open_study(settings)
    columns, name = settings.columns, settings.metric.name
    X, X_test = features([study.rows, test], columns)
    y, y_test = study.y.to_numpy(), test[columns.target].to_numpy()
    classes = hasattr(models, "ClassRates")
    make = lgb.LGBMClassifier if classes else lgb.LGBMRegressor

    def predict(drawn: dict[str, Any], seen: Any, asked: pd.DataFrame) -> Any:
        model = make(**drawn, n_jobs=1, verbose=-1, random_state=0)
        model.fit(X.iloc[seen], y[seen])
        return model.predict_proba(asked) if classes else model.predict(asked)

    rng, sign = np.random.default_rng(0), study.sign
    folds = study.folds[-FOLDS:]
    thin = [fit[:: max(1, len(fit) // MOST)] for fit, _ in folds]
    best: tuple[float, dict[str, Any]] = (np.inf, {})
    for _ in range(DRAWS):
        drawn = draw(rng, settings)
        losses = [
            sign * models.score(name, y[seen], predict(drawn, fit, X.iloc[seen]))
            for fit, (_, seen) in zip(thin, folds, strict=True)
        ]
        best = min(best, (float(np.mean(losses)), drawn), key=lambda each: each[0])
    told = predict(best[1], np.arange(len(y)), X_test)
    same = models.constant(name, y)[:1].repeat(len(y_test), axis=0)
    print(json.dumps(compare(study, test, told, same) | {"parameters": best[1]}))


def compare(study: Any, test: pd.DataFrame, told: Any, same: Any) -> dict[str, Any]:
    """Return the scores, and what share of the boosting's skill the project's rungs reach."""
    columns, name = study.settings.columns, study.settings.metric.name
    y, found = test[columns.target].to_numpy(), read_results("train")["train"]
    rungs = {
        rung["name"]: models.predict(
            study.build(rung["name"], rung["parameters"]).fit(study.X, study.y),
            test[columns.given],
            test[columns.target],
        )
        for rung in found["ladder"]
        if rung["role"] == "model" and "skipped" not in rung
    }
    picked = [rungs[found["choice"][which]] for which in ("chosen", "best")]

    def shares(rows: Any) -> Any:
        theirs, base = (models.score(name, y[rows], each[rows]) for each in (told, same))
        ours = [models.score(name, y[rows], each[rows]) for each in picked]
        return np.array([(each - base) / (theirs - base) for each in ours])

    low, high = bootstrap(shares, make_units(test, study.settings.split))
    share = shares(np.arange(len(y)))
    return {
        "boosting": models.score(name, y, told),
        "constant": models.score(name, y, same),
        "rungs": {key: models.score(name, y, each) for key, each in rungs.items()},
        "chosen": [share[0], low[0], high[0]],
        "best": [share[1], low[1], high[1]],
    }


if __name__ == "__main__":
    main()
