"""The ladder of models, from the simplest to the most complex, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from lightgbm import LGBMRegressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from .features import make_features
from .project import Settings

ALPHAS = np.logspace(-2, 4, 13)


class Rung(NamedTuple):
    """One model of the ladder; `make` returns it unfitted, with all its preprocessing.

    `parameter` governs its complexity: its name in the pipeline, in words, and values to compare.
    """

    name: str
    family: str
    why: str
    make: Callable[..., Pipeline]
    parameter: str = ""
    label: str = ""
    candidates: tuple[Any, ...] = ()
    least_rows: int = 0
    baseline: bool = False


def make_baseline(settings: Settings, _: int) -> Pipeline:
    """Predict one number for every row: the one that minimises the metric."""
    strategy = "median" if settings.metric.name == "mae" else "mean"
    features = make_features(settings.columns, trees=True)
    return make_pipeline(features, DummyRegressor(strategy=strategy))


def make_ridge(settings: Settings, _: int) -> Pipeline:
    """Fit a line; leave-one-out on the rows it is fitted on chooses the penalty."""
    return make_pipeline(make_features(settings.columns), RidgeCV(ALPHAS))


def make_forest(settings: Settings, seed: int) -> Pipeline:
    """Average 200 deep trees, each on a bootstrap sample and a third of the features per split."""
    forest = RandomForestRegressor(
        200, min_samples_leaf=3, max_features=1 / 3, n_jobs=-1, random_state=seed
    )
    return make_pipeline(make_features(settings.columns, trees=True), forest)


def make_boosting(settings: Settings, seed: int, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    boosting = LGBMRegressor(
        learning_rate=0.05,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.8,
        n_jobs=1,  # the same sums on every machine; more threads are slower on small data
        random_state=seed,
        deterministic=True,
        force_col_wise=True,
        verbose=-1,
        categorical_column=[*range(len(settings.columns.categorical))],  # their codes come first
        **({"n_estimators": 300, "num_leaves": 15} | tuned),
    )
    return make_pipeline(make_features(settings.columns, trees=True), boosting)


def make_network(settings: Settings, seed: int) -> Pipeline:
    """Fit two hidden layers, until a tenth of the rows that is kept aside improves no more."""
    network = MLPRegressor(
        hidden_layer_sizes=(64, 32), alpha=1e-3, learning_rate_init=0.005, early_stopping=True,
        n_iter_no_change=5, max_iter=100, random_state=seed,
    )  # fmt: skip
    scaled = TransformedTargetRegressor(network, transformer=StandardScaler())
    return make_pipeline(make_features(settings.columns), scaled)


LADDER = (  # in order of simplicity
    Rung("baseline", "constant", "what no features at all can do", make_baseline, baseline=True),
    Rung(
        "ridge", "linear", "a straight line per feature; every coefficient can be read",
        make_ridge, "ridgecv__alphas", "penalty alpha", tuple(ALPHAS[:, None]),
    ),
    Rung(
        "forest", "trees", "finds thresholds and interactions, needs no tuning",
        make_forest, "randomforestregressor__min_samples_leaf", "rows a leaf", (1, 3, 10, 30, 100),
    ),
    Rung(
        "boosting", "trees", "LightGBM: trees that correct each other, tuned on the folds",
        make_boosting, "lgbmregressor__n_estimators", "number of trees", (10, 30, 100, 300, 1000),
    ),
    Rung(
        "network", "network", "smooth curves and interactions",
        make_network, "transformedtargetregressor__regressor__alpha", "penalty alpha",
        (1e-4, 1e-2, 1, 10, 100), least_rows=1000,
    ),
)  # fmt: skip


def rungs(rows: int) -> list[Rung]:
    """Return the rungs that make sense for this many training rows."""
    return [rung for rung in LADDER if rows >= rung.least_rows]


def find_rung(name: str) -> Rung:
    """Return the rung of this name."""
    return next(rung for rung in LADDER if rung.name == name)


# What a saved model is made of beyond scikit-learn's own types: loading it refuses all else.
TRUSTED = [
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMRegressor",
    "numpy.dtype",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    *(f"{__package__}.features.{name}" for name in ("date_names", "date_parts", "fill_text")),
]
