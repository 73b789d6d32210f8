"""Turns declared columns into numbers that a detector can use; fitted inside the pipeline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from .history import look_back
from .project import Settings


def make_table(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return what a detector is given: the declared columns, or for a series what looks back."""
    if settings.columns.time:
        return look_back(frame, settings)
    return frame[settings.columns.features]


def make_features() -> Pipeline:
    """Return the transformer: gaps filled, categories as rarity, constants dropped, one scale.

    A gap becomes the median: what is not known shall neither raise an alert nor hide one.
    """
    parts = ColumnTransformer(
        [
            (
                "numeric",
                SimpleImputer(strategy="median", keep_empty_features=True),
                make_column_selector(dtype_include="number"),
            ),
            ("categorical", Rarity(), make_column_selector(dtype_exclude="number")),
        ],
        verbose_feature_names_out=False,
    )
    return make_pipeline(parts, VarianceThreshold(), StandardScaler())


class Rarity(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replaces a category by how surprising it is: -log of its share of the known rows."""

    def fit(self, X: pd.DataFrame, y: object = None) -> Rarity:  # noqa: ARG002
        """Count the categories; a missing value is one of them."""
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        self.rows_ = len(X)
        self.counts_: list[dict[Any, int]] = [
            X[name].fillna("missing").value_counts().to_dict() for name in X.columns
        ]
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return the rarity of each value; one that was never seen counts as seen half a time."""
        seen = [
            X[name].fillna("missing").map(counts).fillna(0.5).to_numpy(dtype=float)
            for name, counts in zip(self.feature_names_in_, self.counts_, strict=True)
        ]
        return -np.log(np.column_stack(seen) / (self.rows_ + 1))
