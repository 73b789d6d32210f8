"""How every model of the ladder must behave, whatever its score."""

import numpy as np
import pandas as pd
import pytest

from bike_demand.intervals import calibrate, half_widths
from bike_demand.metric import interval, score
from bike_demand.models import LADDER, Rung
from bike_demand.project import Settings

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
    low, high = (model.predict(X.assign(x=value)).mean() for value in (-1, 1))
    assert high - low > 3  # y rises by 10 between them
    shuffled = X.iloc[::-1][X.columns[::-1]]
    assert np.allclose(model.predict(shuffled)[::-1], model.predict(X))
    unseen = X.assign(colour="violet", z=np.nan, day=X["day"].where(X["x"].isna()))
    assert np.isfinite(model.predict(unseen)).all()


@pytest.mark.parametrize(("name", "best"), [("mae", 2.0), ("rmse", 14 / 3)])
def test_the_baseline_is_the_constant_that_minimises_the_metric(
    study: tuple[Settings, pd.DataFrame], name: str, best: float
) -> None:
    settings, rows = study
    judged = settings.model_copy(
        update={"metric": settings.metric.model_copy(update={"name": name})}
    )
    X = rows[settings.columns.features].head(3)
    assert LADDER[0].make(judged, 0).fit(X, [1.0, 2.0, 11.0]).predict(X)[0] == pytest.approx(best)


def test_scores_are_those_of_the_definition() -> None:
    y, predicted = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0])
    assert score("mae", y, predicted) == pytest.approx(1)
    assert score("rmse", y, predicted) == pytest.approx(np.sqrt(5 / 3))


def test_rows_that_err_together_make_a_wider_interval() -> None:
    random = np.random.default_rng(0)
    shared = np.repeat(random.normal(size=20), 10)
    alone = interval("rmse", shared, np.zeros(200), np.arange(200))
    together = interval("rmse", shared, np.zeros(200), np.repeat(np.arange(20), 10))
    assert np.ptp(together) > 2 * np.ptp(alone)


def test_intervals_cover_what_they_promise_on_new_rows() -> None:
    random = np.random.default_rng(3)
    predicted = random.uniform(1, 10, 4000)
    actual = predicted + random.normal(scale=predicted)  # noise grows with the prediction
    intervals = calibrate(actual[:2000], predicted[:2000], 0.9)
    inside = np.abs(actual - predicted)[2000:] <= half_widths(predicted[2000:], intervals)
    assert inside.mean() == pytest.approx(0.9, abs=0.03)
    low = predicted[2000:] < 3
    assert inside[low].mean() == pytest.approx(0.9, abs=0.06)  # not only on average
