"""Are features bell-shaped: the likelihood of validation rows before and after a transformation."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm, skew
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer

from .detectors import GaussianDiagonal
from .features import make_features
from .metric import Vector, score
from .study import Study

BINS = 40


def check_gaussian(study: Study) -> dict[str, Any]:
    """Return for each feature how likely a bell curve makes its values, raw and Yeo-Johnson.

    Both likelihoods are of the raw values: the slope of the transformation is accounted for, so
    they can be compared.
    """
    features = make_features().fit(study.fitted.X)
    known, new = features.transform(study.fitted.X), features.transform(study.validation.X)
    names = features[:-1].get_feature_names_out()
    power = PowerTransformer(standardize=False).fit(known)
    bent, bent_new = power.transform(known), power.transform(new)
    slope = (power.lambdas_ - 1) * np.sign(new) * np.log1p(np.abs(new))
    before, after = likelihood(known, new), likelihood(bent, bent_new) + slope.mean(axis=0)
    table = [
        {
            "feature": str(name), "skew_before": skew(known[:, place]),
            "skew_after": skew(bent[:, place]), "before": before[place], "after": after[place],
        }
        for place, name in enumerate(names)
    ]  # fmt: skip
    fine = [len(set(column)) > BINS and np.mean(column == np.median(column)) < 0.5
            for column in known.T]  # fmt: skip
    worst = int(np.argmax(np.where(fine, after - before, -np.inf)))
    return {
        "features": table,
        "better": int((after > before + 0.01).sum()),
        "example": {
            "feature": str(names[worst]),
            "raw": histogram(known[:, worst]),
            "bent": histogram(bent[:, worst]),
        },
        "precision": compare(study) if study.settings.labelled else None,
    }


def likelihood(known: Vector, new: Vector) -> Vector:
    """Return the mean log-likelihood of each new column under the bell curve of the known one."""
    spread = known.std(axis=0) + 1e-9
    logs: Vector = norm.logpdf(new, known.mean(axis=0), spread).mean(axis=0)
    return logs


def histogram(values: Vector) -> dict[str, Any]:
    """Return a histogram with the bell curve of the same mean and spread, without far tails."""
    low, high = np.quantile(values, [0.001, 0.999])
    counts, edges = np.histogram(values, BINS, (low, high), density=True)
    middle = (edges[1:] + edges[:-1]) / 2
    bell = norm.pdf(middle, values.mean(), values.std() + 1e-9)
    return {"middle": middle.tolist(), "share": counts.tolist(), "bell": bell.tolist()}


def compare(study: Study) -> dict[str, float]:
    """Return what the transformation does to the average precision of the diagonal Gaussian."""
    raw = make_pipeline(make_features(), GaussianDiagonal())
    bent = make_pipeline(make_features(), PowerTransformer(), GaussianDiagonal())
    return {
        name: score(study.validation.y, model.fit(study.fitted.X).score_samples(study.validation.X))
        for name, model in {"before": raw, "after": bent}.items()
    }
