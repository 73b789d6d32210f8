"""The steps together: what is hidden stays hidden, and the results say what they should."""

import json
from pathlib import Path

import pandas as pd
import pytest

from film_lists.cases import CASES
from film_lists.command import ProjectError
from film_lists.data import load
from film_lists.diagnose import diagnose
from film_lists.evaluate import evaluate
from film_lists.project import load_settings
from film_lists.report import render_blocks, report
from film_lists.results import LEDGER, read_results
from film_lists.split import hide, task
from film_lists.train import train

from conftest import change, make_project, make_rows


@pytest.mark.parametrize("kind", ["time", "last", "random"])
def test_no_pair_is_on_both_sides_and_every_split_user_keeps_a_past(
    project: Path, kind: str
) -> None:
    settings = load_settings(project)
    log, _ = load(project, settings)
    known, hidden, _ = hide(log.frame, settings.split, kind)
    assert len(known) + len(hidden) == len(log.frame)
    assert known.merge(hidden, on=["user", "item"]).empty
    if kind == "time":
        assert known["time"].max() < hidden["time"].min()
    else:
        assert set(hidden["user"]) <= set(known["user"])
    if kind == "last":
        ends = known.groupby("user")["time"].max().reindex(hidden["user"])
        assert (ends.to_numpy() <= hidden["time"].to_numpy()).all()


def test_nothing_after_the_moment_reaches_a_model(project: Path) -> None:
    settings = load_settings(project)
    log, _ = load(project, settings)
    known, hidden, _ = hide(log.frame, settings.split)
    asked = task(hide(log.frame, settings.split), log, settings)
    assert (asked.moment == known["time"].max()).all()
    assert (asked.moment < hidden["time"].min()).all()
    assert asked.history.multiply(asked.hidden).nnz == 0
    last = task(hide(log.frame, settings.split, "last"), log, settings)
    firsts = hide(log.frame, settings.split, "last").hidden.groupby("user")["time"].min()
    assert (last.moment == firsts.reindex(last.users)).all()


def test_very_small_data_go_through_every_step(tmp_path: Path) -> None:
    root = make_project(tmp_path, make_rows(users=6, items=12))
    change(root, "k = 5", "k = 4")
    (root / "README.md").write_text("<!-- limit -->\n<!-- /limit -->\n", encoding="utf-8")
    for step in (train, diagnose, evaluate, report):
        step(root)
    assert "filled in" in (root / "README.md").read_text(encoding="utf-8")


def test_of_large_data_a_sample_is_tuned_and_diagnosed(project: Path) -> None:
    change(project, 'kind = "time"', 'kind = "time"\nmost_users = 30\nmost_interactions = 400')
    train(project)
    diagnose(project)
    results = read_results(project)
    assert results["data"]["validation"]["users"] == 30
    assert 0.3 < results["diagnosis"]["fitted_share"] < 0.8


@pytest.mark.parametrize("kind", ["random", "last"])
def test_implicit_feedback_with_repeats_goes_through_every_step(project: Path, kind: str) -> None:
    rows = make_rows(users=60, items=30)
    again = rows.sample(frac=0.4, random_state=0).assign(time=lambda row: row["time"] + 10**6)
    pd.concat([rows, again]).to_csv(project / "data" / "test.csv", index=False)
    change(project, 'kind = "explicit"', 'kind = "implicit"\nrepeats = "allowed"')
    change(project, 'kind = "time"', f'kind = "{kind}"')
    for step in (train, diagnose, evaluate):
        step(project)
    results = read_results(project)
    assert render_blocks(load_settings(project), results)
    assert "losses" not in results
    assert results["leakage"]["pairs_on_both_sides"] > 0


def test_a_personal_model_beats_popularity_where_tastes_differ(finished: Path) -> None:
    results = read_results(finished)
    scores = {rung["name"]: rung["score"] for rung in results["ladder"]}
    assert scores["item neighbours"] > 1.2 * scores["most popular"]
    assert results["choice"]["chosen"] not in ("most popular", "popular lately")
    assert results["test"]["score"] > results["test"]["baseline"]


def test_the_interval_holds_the_score(finished: Path) -> None:
    test = read_results(finished)["test"]
    assert test["low"] < test["score"] < test["high"]


def test_similar_items_are_of_the_same_camp(finished: Path) -> None:
    for item in read_results(finished)["similar"]["items"]:
        camp = int(item["title"].split()[1]) < 30
        assert [int(title.split()[1]) < 30 for title in item["similar"]].count(camp) >= 2


def test_rating_error_stands_beside_ranking(finished: Path) -> None:
    table = {row["model"]: row for row in read_results(finished)["losses"]}
    assert table["user and item means"]["rmse"] > 0
    assert table["EASE"]["rmse"] is None


def test_notes_survive_and_each_opening_is_counted(finished: Path) -> None:
    cases = pd.read_csv(finished / CASES, dtype=str, keep_default_na=False)
    noted = cases.loc[0, "user"]
    cases.loc[0, "my_note"] = "only two films"
    cases.to_csv(finished / CASES, index=False)
    diagnose(finished)
    again = pd.read_csv(finished / CASES, dtype=str, keep_default_na=False)
    assert list(again.loc[again["user"] == noted, "my_note"]) == ["only two films"]
    before = len((finished / LEDGER).read_text(encoding="utf-8").splitlines())
    evaluate(finished)
    lines = (finished / LEDGER).read_text(encoding="utf-8").splitlines()
    assert len(lines) == before + 1
    assert json.loads(lines[-1])["model"] == read_results(finished)["choice"]["chosen"]


def test_evaluate_refuses_results_of_other_settings(project: Path, finished: Path) -> None:
    (project / "reports").mkdir()
    results = (finished / "reports" / "results.json").read_text(encoding="utf-8")
    (project / "reports" / "results.json").write_text(results, encoding="utf-8")
    change(project, "k = 5", "k = 4")
    with pytest.raises(ProjectError, match="settings changed"):
        evaluate(project)
