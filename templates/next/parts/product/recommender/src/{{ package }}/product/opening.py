"""The fitted recommender, and the one way to a list: of the service, of `predict`, of its tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from ..kit import Stop, say
from ..kit.results import RESULTS, Results, load_model, read_results, stale
from ..kit.settings import Settings, load_settings
from ..models import Recommender


class Item(BaseModel):
    """An item; `because` names what somebody had that speaks most for it."""

    item: str
    title: str
    because: list[str] = []


class Answer(BaseModel):
    """A list, the best first, what it is made from, and which items nobody has heard of."""

    known: bool  # whether training knew this user
    past: list[Item]
    items: list[Item]
    outside: list[str]


class Opened:
    """The model of these results, ready to answer."""

    def __init__(self, settings: Settings, results: Results, model: Recommender) -> None:
        self.settings, self.results, self.model = settings, results, model
        self.version = str(results["train"]["model"]["sha256"][:12])

    @cached_property
    def had(self) -> pd.Series[int]:
        """How many users had each item, by label."""
        counts = np.bincount(self.model.history.indices, minlength=len(self.model.titles))
        return pd.Series(counts, self.model.titles.index)

    def answer(self, user: str | None, items: Sequence[str], k: int) -> Answer:
        """Return the list of a user who, beside what training knows, had `items`."""
        titles, past = self.model.titles, self.model.past(user) if user else []
        all_past = [*past, *(label for label in items if label in titles.index)]
        found = [place._asdict() for place in self.model.recommend(all_past, k)]
        told = [{"item": label, "title": titles[label]} for label in dict.fromkeys(all_past)]
        new = [label for label in items if label not in titles.index]
        facts: dict[str, Any] = {"known": bool(past), "past": told, "items": found, "outside": new}
        return Answer.model_validate(facts)

    def search(self, query: str, limit: int) -> list[Item]:
        """Return the items whose title has the query in it, what most users had first."""
        fits = self.model.titles.str.contains(query.strip(), case=False, regex=False)
        best = self.had[fits.to_numpy()].sort_values(ascending=False, kind="stable").head(limit)
        return [Item(item=label, title=self.model.titles[label]) for label in best.index]


def open_model() -> Opened:
    """Return the saved model; one that cannot make a list is not opened."""
    settings, results = load_settings(), read_results("train")
    for change in stale(results, settings.data.file):
        say(f"notice: {change}; the lists are still those of the model before")
    try:
        opened = Opened(settings, results, load_model(results))
        opened.answer(None, list(opened.model.titles.index[:1]), 1)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        said = f"the model of {RESULTS} makes no list: {type(error).__name__} {error}"
        raise Stop(said, "run `reproduce`: results, code and model do not fit together") from None
    return opened
