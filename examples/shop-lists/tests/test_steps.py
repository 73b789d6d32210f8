"""The steps together: what the results say, what stays, and what is refused."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import scipy.sparse as sp

from shop_lists import diagnose, evaluate
from shop_lists.kit import Stop
from shop_lists.kit.ranking import best
from shop_lists.kit.report import render
from shop_lists.kit.results import LEDGER, load_model, read_results
from shop_lists.models import Recommender

from conftest import change

pytestmark = pytest.mark.usefixtures("finished")


def test_a_personal_list_beats_the_rule_of_thumb_where_tastes_differ() -> None:
    results = read_results()
    head = results["evaluate"]["headline"]
    assert results["train"]["choice"]["chosen"] not in {"popular_ever", "popular_lately"}
    assert head["improvement_low"] > 0.1
    assert head["low"] < head["value"] < head["high"]
    assert head["goal"]["met"]


def test_somebody_who_came_after_the_fit_gets_what_goes_with_their_films() -> None:
    saved: Recommender = load_model(read_results())
    for kind in (0, 1):
        had = sp.csr_matrix(([1, 1, 1], ([0, 0, 0], [kind, kind + 2, kind + 4])), shape=(1, 40))
        shown = best(saved.model.scores(had), had, 5)
        assert (shown % 2 == kind).sum() >= 4


def test_texts_agree_with_the_results_and_an_edited_number_is_noticed() -> None:
    render(check=True)
    for path in (Path("README.md"), Path("reports/evidence.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for above, line in pairwise(lines):
            if above.startswith("|") and line.startswith("|"):
                assert above.count("|") == line.count("|"), line
    text = Path("README.md").read_text(encoding="utf-8")
    Path("README.md").write_text(text.replace("NDCG@5 0", "NDCG@5 1", 1), encoding="utf-8")
    with pytest.raises(Stop, match=r"README\.md differs"):
        render(check=True)


def test_notes_survive_and_each_opening_of_the_test_is_counted() -> None:
    table = pd.read_csv(diagnose.ERRORS, dtype=str, keep_default_na=False)
    table.loc[0, "note"] = "only new films"
    table.to_csv(diagnose.ERRORS, index=False)
    diagnose.main()
    again = pd.read_csv(diagnose.ERRORS, dtype=str, keep_default_na=False)
    assert again["note"][again["user"] == table["user"][0]].item() == "only new films"
    evaluate.main()
    assert len(LEDGER.read_text(encoding="utf-8").splitlines()) == 2
    assert read_results()["evaluate"]["openings"] == 2


def test_results_of_other_settings_are_refused() -> None:
    change("k = 5", "k = 4")
    with pytest.raises(Stop, match="settings changed"):
        evaluate.main()
