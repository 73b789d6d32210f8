"""How every detector of the ladder must behave, whatever its score."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal
from sklearn.base import clone
from sklearn.metrics import average_precision_score, roc_auc_score

from taxi_alarms.alerts import choose_threshold, outcome, sweep, watch
from taxi_alarms.detectors import (
    GaussianDiagonal,
    GaussianFull,
    Neighbours,
    Tails,
)
from taxi_alarms.ensemble import MeanOfRanks
from taxi_alarms.explain import contributions, typical
from taxi_alarms.features import Rarity, make_features
from taxi_alarms.metric import (
    at_threshold,
    interval,
    resample,
    roc_auc,
    score,
)
from taxi_alarms.models import DEFAULT, LADDER, Rung, find_rung
from taxi_alarms.project import load_settings
from taxi_alarms.study import Study, prepare

from conftest import change

TRAINED = [rung for rung in LADDER if not rung.baseline]
RANDOM = np.random.default_rng(0)
CLOUD = RANDOM.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 500)


@pytest.fixture
def study(project: Path) -> Study:
    """Return the three parts of the small project."""
    return prepare(project, load_settings(project))


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_the_same_seed_gives_the_same_scores(rung: Rung, study: Study) -> None:
    first, second = (study.fit(rung, 7).score_samples(study.test.X) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("rung", TRAINED, ids=lambda rung: rung.name)
@pytest.mark.filterwarnings("error")
def test_a_far_row_scores_lowest_and_odd_values_are_survived(rung: Rung, study: Study) -> None:
    model = study.fit(rung)
    usual = study.train.X.head(1).assign(a=0.0, b=0.0, c=0.0)
    far = usual.assign(a=50.0, b=-50.0, c=50.0)
    assert model.score_samples(far)[0] < model.score_samples(usual)[0]
    odd = usual.assign(a=np.nan, colour="violet")
    assert np.isfinite(model.score_samples(odd)).all()


@pytest.mark.parametrize("rung", TRAINED, ids=lambda rung: rung.name)
def test_making_a_detector_fits_nothing_and_labels_change_nothing(rung: Rung, study: Study) -> None:
    model = rung.make(study.settings, 0)
    assert clone(model) is not model
    with_labels = clone(model).fit(study.train.X, study.train.y).score_samples(study.test.X)
    assert np.array_equal(with_labels, model.fit(study.train.X).score_samples(study.test.X))


@pytest.mark.parametrize(
    "detector",
    [GaussianDiagonal(), GaussianFull(), Neighbours(), Tails(),
     MeanOfRanks((GaussianDiagonal(), Tails()), (2, 1))],
    ids=lambda detector: type(detector).__name__,
)  # fmt: skip
@pytest.mark.parametrize("rows", [2, 5])
def test_few_rows_repeated_rows_and_constant_columns_are_survived(
    detector: object, rows: int
) -> None:
    X = np.column_stack([np.ones(rows), np.arange(rows) % 2])
    assert np.isfinite(clone(detector).fit(X).score_samples(X)).all()


def test_the_diagonal_gaussian_is_the_density_of_the_definition() -> None:
    expected = multivariate_normal(CLOUD.mean(axis=0), np.diag(CLOUD.var(axis=0))).logpdf(CLOUD)
    assert np.allclose(GaussianDiagonal().fit(CLOUD).score_samples(CLOUD), expected, atol=1e-6)


def test_only_the_full_gaussian_sees_a_broken_correlation() -> None:
    along, against = np.array([[1.5, 1.5]]), np.array([[1.5, -1.5]])
    full, diagonal = GaussianFull().fit(CLOUD), GaussianDiagonal().fit(CLOUD)
    assert full.score_samples(against)[0] < full.score_samples(along)[0] - 5
    assert abs(diagonal.score_samples(against)[0] - diagonal.score_samples(along)[0]) < 0.5


def test_leaving_far_rows_out_keeps_anomalies_from_hiding() -> None:
    anomalies = np.tile([[6.0, -6.0]], (50, 1))
    mixed = np.vstack([CLOUD, anomalies])
    plain, robust = GaussianFull(0).fit(mixed), GaussianFull(0.2).fit(mixed)
    gap = [np.median(model.score_samples(CLOUD)) - model.score_samples(anomalies)[0]
           for model in (plain, robust)]  # fmt: skip
    assert gap[1] > 3 * gap[0]


@pytest.mark.parametrize("share", [-0.1, 0.6])
def test_a_contamination_that_makes_no_sense_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="contamination"):
        GaussianFull(share).fit(CLOUD)


def test_a_rare_category_is_surprising_and_a_new_one_more_so() -> None:
    known = pd.DataFrame({"c": ["x"] * 90 + ["y"] * 9 + [None]})
    made = Rarity().fit(known).transform(pd.DataFrame({"c": ["x", "y", None, "new"]})).ravel()
    assert (np.diff(made) > 0).all()


def test_gaps_are_filled_from_training_rows_only() -> None:
    features = make_features().fit(pd.DataFrame({"n": [0.0, 1.0, 2.0]}))
    assert features.transform(pd.DataFrame({"n": [np.nan, 1000.0]}))[0, 0] == pytest.approx(0)


def test_the_feature_that_was_changed_stands_out(study: Study) -> None:
    model = study.fit(find_rung(DEFAULT))
    rows = study.train.X.head(5).assign(a=0.0, b=0.0, c=9.0)
    rises = contributions(model, rows, typical(study.train.X))
    assert (rises.idxmax(axis=1) == "c").all()


def test_scores_are_those_of_the_definition() -> None:
    y, normality = np.array([0, 1, 0, 1]), np.array([4.0, 1.0, 3.0, 2.0])
    assert score(y, normality) == 1
    assert score(np.array([1.0, 0, 0, 0]), normality) == pytest.approx(1 / 4)
    found = at_threshold(y, np.array([False, True, True, False]))
    assert (found["precision"], found["recall"], found["f1"]) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("seed", range(3))
def test_metrics_are_those_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    y, normality = (random.random(200) < 0.2).astype(float), random.integers(30, size=200) / 7
    weights = random.integers(3, size=200).astype(float)
    expected = average_precision_score(y, -normality, sample_weight=weights)
    assert score(y, normality, weights) == pytest.approx(expected)
    area = roc_auc_score(y, -normality, sample_weight=weights)
    assert roc_auc(y, normality, weights) == pytest.approx(area)


def test_the_strangest_rows_keep_their_order_beyond_all_known_ones() -> None:
    detector = MeanOfRanks((GaussianDiagonal(), Tails())).fit(CLOUD)
    far = np.array([[5.0, 5.0], [10.0, 10.0], [20.0, 20.0]])
    assert (np.diff(detector.score_samples(far)) < 0).all()


def test_rows_that_err_together_make_a_wider_interval() -> None:
    y = np.repeat(RANDOM.random(20) < 0.3, 20).astype(float)
    normality = -y + RANDOM.normal(size=400)
    spans = [
        interval(lambda weights: score(y, normality, weights), resample(y, units))
        for units in (np.arange(400), np.repeat(np.arange(20), 20))
    ]
    assert np.ptp(spans[1]) > 1.5 * np.ptp(spans[0])


@pytest.mark.parametrize("budget", [1, 5, 20])
def test_the_threshold_keeps_the_alert_budget(project: Path, budget: int) -> None:
    change(project, "budget = 8", f"budget = {budget}")
    study = prepare(project, load_settings(project))
    scores = study.fit(find_rung(DEFAULT)).score_samples(study.validation.X)
    points = sweep(scores, study.validation.rows, study.settings)
    taken = choose_threshold(points, study.settings)
    assert taken["per_period"] <= max(budget, points[0]["per_period"])


@pytest.mark.parametrize(("policy", "key"), [("f1", "f1"), ("cost", "cost")])
def test_a_policy_with_labels_takes_the_best_of_the_sweep(
    project: Path, policy: str, key: str
) -> None:
    change(project, 'policy = "budget"', f'policy = "{policy}"')
    study = prepare(project, load_settings(project))
    scores = study.fit(find_rung(DEFAULT)).score_samples(study.validation.X)
    points = sweep(scores, study.validation.rows, study.settings)
    taken = choose_threshold(points, study.settings)
    if key == "f1":
        assert taken["by_row"]["f1"] == max(point["by_row"]["f1"] for point in points)
    else:
        assert taken["cost"] == min(point["cost"] for point in points)


def test_every_row_of_a_table_is_an_alert_of_its_own(study: Study) -> None:
    flagged = study.validation.y == 1
    seen = outcome(flagged, watch(study.validation.rows, study.settings))
    assert seen["alerts"] == seen["right"] == seen["caught"] == flagged.sum()
    assert seen["per_period"] == pytest.approx(100 * flagged.sum() / len(flagged))
