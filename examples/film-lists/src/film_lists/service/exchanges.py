"""Training users as requests, with the lists that the model gave when it was fitted."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlencode, urlsplit

import numpy as np
import pandas as pd

from ..data import load
from ..predict import make_file
from ..project import Settings, load_settings
from ..ranking import best
from ..results import Results
from ..split import hide, matrix
from ..storage import load_model
from .exchange import Exchange

USERS = 20
PATH = "/recommend/"


class Reader(NamedTuple):
    """Turns lists into numbers of one length: places of labels in the catalogue, then scores."""

    labels: pd.Index[str]
    k: int

    def numbers(self, items: list[str], scores: list[float]) -> list[float]:
        """Return the numbers of a list; what is missing at its end counts as -1."""
        rest = [-1.0] * (self.k - len(items))
        places = [float(place) for place in self.labels.get_indexer(pd.Index(items, dtype=str))]
        return [*places, *rest, *map(float, scores), *rest]

    def read(self, content: Any) -> list[float]:
        """Return the numbers of a response."""
        places = content["items"]
        return self.numbers([one["item"] for one in places], [one["score"] for one in places])


def exchanges(root: Path, settings: Settings, results: Results) -> list[Exchange]:
    """Return a request for each of some users, drawn by chance; nothing of the service is used."""
    log, k = load(root, settings)[0], settings.metric.k
    known = hide(log.frame, settings.split).known
    users, had = np.unique(known["user"], return_counts=True)
    some = np.random.default_rng(0).permutation(len(users))[:USERS]
    drawn = users[some[np.argsort(-had[some], kind="stable")]]  # the picture shows the first
    history = matrix(known, drawn, log)
    model = load_model(root, results)
    scores = model.scores(history, np.full(len(drawn), known["time"].max()))
    lists = best(scores, history if settings.feedback.repeats == "never" else None, k)
    reader, asked = Reader(pd.Index(log.items["item"]), k), []
    for user, items, row in zip(log.users[drawn], lists, scores, strict=True):
        shown = items[items >= 0]
        expected = reader.numbers([*reader.labels[shown]], row[shown].tolist())
        path, page = f"{PATH}{quote(user, safe='')}?k={k}", f"/#{urlencode({'user': user})}"
        asked.append(Exchange("GET", path, None, expected, reader.read, page))
    return asked


def batch_answers(root: Path, asked: list[Exchange]) -> list[list[float]]:
    """Return the numbers that `predict` writes for the same users."""
    settings = load_settings(root)
    users = [unquote(urlsplit(each.path).path.removeprefix(PATH)) for each in asked]
    reader = Reader(pd.Index(load(root, settings)[0].items["item"]), settings.metric.k)
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "users.csv", Path(name) / "lists.csv"
        pd.DataFrame({settings.columns.user: users}).to_csv(source, index=False)
        make_file(root, source, target)
        lists = pd.read_csv(target, dtype={"item": str}, keep_default_na=False)
    parts = (lists[lists["row"] == row] for row in range(1, len(users) + 1))
    return [reader.numbers(part["item"].tolist(), part["score"].tolist()) for part in parts]
