"""Saves and loads the fitted model; loading runs no code that is not listed here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import skops.io
from sklearn.pipeline import Pipeline

from .command import ProjectError
from .results import Results, sha256

MODEL = Path("models") / "model.skops"
PACKAGE = __package__ or ""

# What a model of this project is made of beyond scikit-learn's own types.
TRUSTED = [
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "numpy.dtype",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    *(f"{PACKAGE}.features.{name}" for name in ("date_names", "date_parts", "fill_text")),
    f"{PACKAGE}.models.mark_categories",
]


def save(root: Path, model: Pipeline) -> dict[str, Any]:
    """Write the model in one step and return where it is, its size and its hash."""
    path = root / MODEL
    path.parent.mkdir(exist_ok=True)
    content = skops.io.dumps(model)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return {"path": MODEL.as_posix(), "sha256": sha256(content), "bytes": len(content)}


def load_model(root: Path, results: Results) -> Pipeline:
    """Return the model that the results are about."""
    path = root / MODEL
    if not path.exists() or sha256(path.read_bytes()) != results["model"]["sha256"]:
        raise ProjectError(f"{MODEL} is not the model of these results", "run `train` first")
    if unknown := set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED):
        names = ", ".join(sorted(unknown))
        raise ProjectError(f"{MODEL} holds unknown types: {names}", "add your own to TRUSTED")
    return skops.io.load(path, trusted=TRUSTED)
