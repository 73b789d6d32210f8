"""The ladder of models, from the simplest to the most complex, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer, SplineTransformer

from .features import make_features
from .project import Settings

PENALTIES = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)  # scikit-learn's C: the smaller, the stronger


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
    """Give every row the shares of the classes among the training rows."""
    return make_pipeline(
        make_features(settings.columns, trees=True), DummyClassifier(strategy="prior")
    )


def make_logistic(settings: Settings, _: int, **tuned: Any) -> Pipeline:
    """Add up weighted features into log-odds, with a squared penalty on the weights."""
    # Newton steps: with far more rows than columns the fastest, and exact for any scale.
    logistic = LogisticRegression(solver="newton-cholesky", max_iter=200, **tuned)
    return make_pipeline(make_features(settings.columns), logistic)


def make_curves(settings: Settings, _: int, **tuned: Any) -> Pipeline:
    """Give the logistic model a smooth curve for each number: bends, still no interactions.

    Curves are drawn over ranks, so that neither ties nor a few huge values pull a knot away.
    """
    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    ranks = QuantileTransformer(n_quantiles=50, subsample=None)
    splines = SplineTransformer(n_knots=5, extrapolation="constant", include_bias=False)
    features, logistic = make_logistic(settings, 0, **tuned)
    bent = {"numeric": make_pipeline(filled, ranks, splines)}
    features.transformers = [
        (name, bent.get(name, part), columns) for name, part, columns in features.transformers
    ]
    return make_pipeline(features, logistic)


def make_forest(settings: Settings, seed: int) -> Pipeline:
    """Average the class shares in the leaves of 200 trees, each on a bootstrap sample of rows."""
    forest = RandomForestClassifier(200, min_samples_leaf=3, n_jobs=-1, random_state=seed)
    return make_pipeline(make_features(settings.columns, trees=True), forest)


def make_boosting(settings: Settings, seed: int, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    boosting = LGBMClassifier(
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
        **({"n_estimators": 100, "num_leaves": 15} | tuned),
    )
    return make_pipeline(make_features(settings.columns, trees=True), boosting)


def make_network(settings: Settings, seed: int) -> Pipeline:
    """Fit two hidden layers, until a tenth of the rows, kept aside, stops to improve."""
    network = MLPClassifier(
        (64, 32), alpha=1e-3, early_stopping=True, max_iter=300, random_state=seed
    )
    return make_pipeline(make_features(settings.columns), network)


LADDER = (  # in order of simplicity
    Rung("baseline", "constant", "what no features at all can do", make_baseline, baseline=True),
    Rung("logistic", "linear", "a weight per feature; every odds ratio can be read", make_logistic,
         "logisticregression__C", "inverse penalty C", PENALTIES),
    Rung("curves", "additive", "a smooth curve per number: bends, no interactions", make_curves,
         "logisticregression__C", "inverse penalty C", PENALTIES),
    Rung("forest", "trees", "finds thresholds and interactions, needs no tuning", make_forest,
         "randomforestclassifier__min_samples_leaf", "fewest rows in a leaf", (1, 3, 10, 30, 100)),
    Rung("boosting", "trees", "LightGBM: trees that correct each other, tuned", make_boosting,
         "lgbmclassifier__n_estimators", "number of trees", (10, 30, 100, 300, 1000)),
    Rung("network", "network", "smooth curves and interactions", make_network,
         "mlpclassifier__alpha", "penalty alpha", (1e-4, 1e-2, 1, 10, 100), least_rows=1000),
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
    "lightgbm.sklearn.LGBMClassifier",
    "numpy.dtype",
    "scipy._lib.array_api_compat.numpy._aliases.asarray",  # part of the splines, as is BSpline
    "scipy.interpolate._bsplines.BSpline",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    *(f"{__package__}.features.{name}" for name in ("date_names", "date_parts", "fill_text")),
]
