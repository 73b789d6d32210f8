"""The fitted model with what is needed to ask it, and real rows to show it with."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pandas as pd

from ..kit import Stop, say
from ..kit.results import MODEL, RESULTS, Results, load_model, read_results, stale, write_file
from ..kit.settings import Settings, load_settings
from .outcome import answer, known_rows
from .rows import Inputs, conform, unlike


class Opened(NamedTuple):
    """The model of these results, ready to answer."""

    settings: Settings
    results: Results
    model: Any
    inputs: Inputs
    version: str

    def answer(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the answer for each row, and which inputs are unlike all that training had."""
        new = unlike(X, self.inputs)
        told = pd.Series([new.columns[row].tolist() for row in new.to_numpy()], X.index)
        return answer(self.model, X, self.results, self.settings).assign(outside=told)


def open_model() -> Opened:
    """Return the saved model; one that cannot answer the typical row is not opened."""
    settings, results = load_settings(), read_results("train")
    for change in stale(results, settings.data.file):
        say(f"notice: {change}; the answers are still those of the model before")
    try:
        inputs, version = results["train"]["inputs"], results["train"]["model"]["sha256"][:12]
        opened = Opened(settings, results, load_model(results), inputs, version)
        typical = pd.DataFrame({item["name"]: [item["typical"]] for item in inputs}, dtype=object)
        opened.answer(conform(typical.astype(str), inputs, settings.data)[0])
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        said = f"the model of {RESULTS} gives no answer: {type(error).__name__} {error}"
        raise Stop(said, "run `reproduce`: results, code and model do not fit together") from None
    return opened


def find_examples(opened: Opened) -> list[dict[str, Any]]:
    """Return real rows with their target, kept beside the model for machines without data."""
    kept, settings = MODEL.with_name(f"examples-{opened.version}.json"), opened.settings
    if not kept.exists() and settings.data.file.exists():
        rows = known_rows(settings).sample(40, replace=True, random_state=0).drop_duplicates()
        target = rows[settings.columns.target].tolist()
        rows = rows[[item["name"] for item in opened.inputs]]
        text = json.loads(rows.to_json(orient="records", date_format="iso", date_unit="s"))
        found = [{"row": row, "actual": y} for row, y in zip(text, target, strict=True)]
        write_file(kept, json.dumps(found).encode())
    return list(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else []
