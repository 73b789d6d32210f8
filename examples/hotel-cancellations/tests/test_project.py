from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotel_cancellations.kit import Stop, write_file
from hotel_cancellations.kit.report import render
from hotel_cancellations.kit.results import load_model, read_results
from hotel_cancellations.kit.settings import load_settings

ROOT = Path(__file__).parents[1]


def test_all_mistakes_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "project.toml").read_text(encoding="utf-8")
    text = text.replace("kind = ", "kinds = ").replace("title = ", "titel = ")
    (tmp_path / "project.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Stop, match=r"project\.titel: unknown key; allowed here: title") as stopped:
        load_settings()
    assert "split.kinds" in str(stopped.value)


def test_texts_and_figures_tell_the_committed_results(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (ROOT / "reports/results.json").exists():
        pytest.skip("nothing was measured yet: run `reproduce`")
    monkeypatch.chdir(ROOT)
    render(check=True)


def test_foreign_results_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_file(Path("models/model.joblib"), b"another model")
    with pytest.raises(Stop, match="is not the model of"):
        load_model({"train": {"model": {"sha256": "0" * 64}}})
    for damaged in ("", "[1", json.dumps([1])):
        write_file(Path("reports/results.json"), damaged.encode())
        with pytest.raises(Stop, match=r"damaged|no results"):
            read_results("train")
