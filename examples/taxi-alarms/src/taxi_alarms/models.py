"""The ladder of detectors, from the simplest to the most complex, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sklearn.ensemble import IsolationForest
from sklearn.pipeline import Pipeline, make_pipeline

from .detectors import (
    GaussianDiagonal,
    GaussianFull,
    Neighbours,
    RandomScore,
    Tails,
)
from .ensemble import MeanOfRanks
from .features import make_features
from .project import Settings

TREES = 100


class Rung(NamedTuple):
    """One detector of the ladder; `detect` returns it unfitted, without preprocessing."""

    name: str
    family: str
    why: str
    detect: Callable[[float, int], Any]
    baseline: bool = False

    def make(self, settings: Settings, seed: int) -> Pipeline:
        """Return the detector with all its preprocessing."""
        return make_pipeline(make_features(), self.detect(settings.alerts.contamination, seed))


def make_forest(contamination: float, seed: int) -> IsolationForest:
    """Isolate rows by random cuts: what few cuts suffice for is anomalous."""
    return IsolationForest(n_estimators=TREES, random_state=seed)


def make_mean(contamination: float, seed: int) -> MeanOfRanks:
    """Ask two detectors that err in different ways; the better one, the forest, counts more."""
    detectors = (make_forest(contamination, seed), GaussianFull(contamination))
    return MeanOfRanks(detectors, weights=(3, 1))


LADDER = (  # in order of simplicity
    Rung(
        "random", "chance", "what no look at the features can do",
        lambda _, seed: RandomScore(seed), baseline=True,
    ),
    Rung(
        "gaussian diagonal", "density", "a bell curve per feature, as if they were independent",
        lambda *_: GaussianDiagonal(),
    ),
    Rung(
        "gaussian full", "density", "knows which features go together; leaves out far rows",
        lambda contamination, _: GaussianFull(contamination),
    ),
    Rung(
        "tails", "density", "ranks each value within its feature: no bell curve needed (ECOD)",
        lambda *_: Tails(),
    ),
    Rung(
        "isolation forest", "trees", "any shape, any scale, nothing to tune", make_forest,
    ),
    Rung(
        "neighbours", "distance", "several kinds of normal, each dense somewhere",
        lambda *_: Neighbours(),
    ),
    Rung(
        "mean of ranks", "ensemble", "a forest and a full Gaussian err in different ways",
        make_mean,
    ),
)  # fmt: skip

# Where no label is asked, one detector must be fixed beforehand: the forest, the field's first
# choice. Over eleven sets of ADBench it has a mean ROC AUC of 0.88. The mean of ranks has 0.89, but
# those labels chose its weights: what the labels of ten sets choose reaches 0.85 (of single ones)
# or 0.86 (of means of two) on the eleventh. Choosing by other data does not pay (mlscaffold's
# benchmark).
DEFAULT = "isolation forest"


def find_rung(name: str) -> Rung:
    """Return the rung of this name."""
    return next(rung for rung in LADDER if rung.name == name)


# What a saved detector is made of beyond scikit-learn's own types: loading it refuses all else.
TRUSTED = [
    "numpy.dtype",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.tree._tree.Tree",
    f"{__package__}.ensemble.MeanOfRanks",
    f"{__package__}.features.Rarity",
    *(
        f"{__package__}.detectors.{kind.__name__}"
        for kind in (GaussianDiagonal, GaussianFull, Neighbours, RandomScore, Tails)
    ),
]
