"""How every model of the ladder must behave, whatever its score."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bank_calls.command import ProjectError
from bank_calls.features import make_features
from bank_calls.metric import interval, predict, score
from bank_calls.models import LADDER, Rung
from bank_calls.project import Settings

TRAINED = [rung for rung in LADDER if not rung.baseline]


@pytest.mark.parametrize("rung", TRAINED, ids=lambda rung: rung.name)
@pytest.mark.filterwarnings(
    "error:X does not have valid feature names", "error:Found unknown categories"
)
def test_a_model_follows_the_cause_and_ignores_order_and_names(
    rung: Rung, study: tuple[Settings, pd.DataFrame]
) -> None:
    settings, rows = study
    X, y = rows[settings.columns.features], rows["y"]
    model = rung.make(settings, 0).fit(X, y)
    low, high = (predict(model, X.assign(x=value))[:, 1].mean() for value in (-1, 1))
    assert high - low > 0.2  # yes becomes far likelier between them
    shuffled = X.iloc[::-1][X.columns[::-1]]
    assert np.allclose(predict(model, shuffled)[::-1], predict(model, X))
    unseen = X.assign(colour="violet", z=np.nan, day=X["day"].where(X["x"].isna()))
    assert np.allclose(predict(model, unseen).sum(axis=1), 1)


def test_the_baseline_says_the_shares_of_the_classes(study: tuple[Settings, pd.DataFrame]) -> None:
    settings, rows = study
    X = rows[settings.columns.features].head(4)
    fitted = LADDER[0].make(settings, 0).fit(X, [0, 0, 0, 1])
    assert predict(fitted, X)[0] == pytest.approx([0.75, 0.25])


@pytest.mark.parametrize("classes", [2, 3])
def test_scores_are_those_of_the_library(classes: int) -> None:
    random = np.random.default_rng(0)
    y, p = random.integers(classes, size=300), random.dirichlet(np.ones(classes), 300).round(2)
    p /= p.sum(axis=1, keepdims=True)
    hits = np.eye(classes)[y][:, -1:] if classes == 2 else np.eye(classes)[y]
    seen = p[:, -1:] if classes == 2 else p
    assert score("log_loss", y, p) == pytest.approx(log_loss(y, np.clip(p, 1e-15, 1)))
    assert 1 - score("roc_auc", y, p) == pytest.approx(roc_auc_score(hits, seen))
    assert 1 - score("average_precision", y, p) == pytest.approx(
        average_precision_score(hits, seen)
    )


def test_probabilities_of_a_model_that_has_none_are_one_clear_error(
    study: tuple[Settings, pd.DataFrame],
) -> None:
    settings, rows = study
    X = rows[settings.columns.features]
    model = make_pipeline(make_features(settings.columns), LinearSVC()).fit(X, rows["y"])
    with pytest.raises(ProjectError, match="LinearSVC gives no probabilities"):
        predict(model, X)


def test_rows_that_err_together_make_a_wider_interval() -> None:
    random = np.random.default_rng(0)
    p = np.repeat(random.uniform(0.05, 0.95, 20), 10)
    both, y = np.column_stack([1 - p, p]), np.ones(200, dtype=int)
    alone = interval("log_loss", y, both, np.arange(200))
    together = interval("log_loss", y, both, np.repeat(np.arange(20), 10))
    assert np.ptp(together) > 2 * np.ptp(alone)
