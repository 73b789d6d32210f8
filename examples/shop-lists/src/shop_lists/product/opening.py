"""The fitted recommender, and the one way to a list: of the service, of `predict`, of its tests."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from pydantic import BaseModel
from threadpoolctl import threadpool_limits

from ..kit import Stop, say
from ..kit.ranking import Matrix, best
from ..kit.results import RESULTS, Results, load_model, read_results, stale
from ..kit.settings import Settings, load_settings
from ..models import Recommender

HAD = "had"  # the column of what somebody had beside what training knows: labels with | between
PLACE = ("place", "item", "title", "because", "outside")
UNKNOWN = "training knew no such user, and no item of theirs is known"


class Item(BaseModel):
    """An item; `because` names what somebody had that speaks most for it."""

    item: str
    title: str
    because: tuple[str, ...] = ()


class Answer(BaseModel):
    """A list, the best first, what it is made from, and which items nobody has heard of."""

    known: bool  # whether training knew this user
    past: list[Item]
    items: list[Item]
    outside: list[str]


class Predictor:
    """The fitted model, with what it needs to answer."""

    def __init__(self, settings: Settings, results: Results, model: Recommender) -> None:
        self.settings, self.results, self.model = settings, results, model
        self.version = str(results["train"]["model"]["sha256"][:12])
        # For a few names at a time lists and dictionaries are many times quicker than an index.
        self.labels, self.titles = model.titles.index.tolist(), model.titles.tolist()
        self.places = {label: place for place, label in enumerate(self.labels)}
        self.users = {user: place for place, user in enumerate(model.users)}
        self.nothing = sp.csr_matrix((1, len(self.labels)), dtype=np.float32)
        self.effect = lru_cache(1000)(self.measure_effect)

    @cached_property
    def had(self) -> Any:
        """How many users had each item, by label."""
        counts = np.bincount(self.model.history.indices, minlength=len(self.labels))
        return pd.Series(counts, self.labels)

    def past(self, user: str) -> list[str]:
        """Return the items that a user had when the model was fitted; none for a stranger."""
        if (place := self.users.get(user)) is None:
            return []
        start, end = self.model.history.indptr[place : place + 2]
        return [self.labels[item] for item in self.model.history.indices[start:end]]

    def scores(self, had: Sequence[int]) -> Matrix:
        """Return the scores of all items, as one row, for somebody who had the items `had`."""
        row = np.ones(len(had), np.float32), had, [0, len(had)]
        model = self.model.model if had else self.model.newcomers
        return model.scores(sp.csr_matrix(row, shape=self.nothing.shape))

    def measure_effect(self, item: int) -> Matrix:
        """Return what one item, had alone, adds to the scores of all: the same for everybody."""
        added: Matrix = self.scores([item])[0] - self.model.model.scores(self.nothing)[0]
        return added

    def recommend(self, past: Sequence[str], places: int) -> list[Item]:
        """Return the list of somebody who had the items `past`; unknown labels are ignored.

        The reasons for an item are those of the past that, each alone, add most to its score.
        """
        had = sorted({self.places[label] for label in past if label in self.places})
        scores = self.scores(had)
        excluded = np.zeros(scores.shape, dtype=bool)
        excluded[0, had] = self.settings.feedback.repeats == "never"
        items = best(scores, excluded, places)[0]
        items, found = items[items >= 0], list[Item]()
        effects = np.array([self.effect(item)[items] for item in had]).reshape(len(had), len(items))
        order = np.argsort(-effects, axis=0, kind="stable")[:3]
        names = [self.titles[item] for item in had]
        plain = (rows.tolist() for rows in (items, order.T, effects.T))  # quicker, one at a time
        for item, top, each in zip(*plain, strict=True):
            because = tuple(names[at] for at in top if each[at] > 0)
            found.append(Item(item=self.labels[item], title=self.titles[item], because=because))
        return found

    def answer(self, user: str | None, items: Sequence[str]) -> Answer:
        """Return the list of a user who, beside what training knows, had `items`."""
        past = self.past(user) if user else []
        all_past = dict.fromkeys([*past, *(label for label in items if label in self.places)])
        known = [Item(item=label, title=self.titles[self.places[label]]) for label in all_past]
        new = [label for label in items if label not in self.places]
        found = self.recommend([*all_past], self.settings.metric.k)
        return Answer(known=bool(past), past=known, items=found, outside=new)

    def search(self, query: str, limit: int) -> list[Item]:
        """Return the items whose title has the query in it, what most users had first."""
        fits = self.model.titles.str.contains(query.strip(), case=False, regex=False)
        best = self.had[fits.to_numpy()].sort_values(ascending=False, kind="stable").head(limit)
        return [Item(item=label, title=self.titles[self.places[label]]) for label in best.index]

    def read_pieces(self, path: Path) -> Iterator[pd.DataFrame]:
        """Yield the rows of a CSV file of users, some at a time, by their numbers."""
        column = self.settings.columns.user
        read: Any = {"skipinitialspace": True, "index_col": False}
        try:
            with pd.read_csv(path, dtype=str, chunksize=1000, **read) as pieces:
                for piece in filter(len, pieces):  # a file without rows is one empty piece
                    if column not in piece:
                        hint = f"it names the users; {HAD!r} holds ITEM|ITEM for newcomers"
                        raise Stop(f"the file has no column {column!r}", hint)
                    if twice := [name for name in (column, HAD) if f"{name}.1" in piece]:
                        raise Stop(f"the file has {twice[0]!r} twice", "leave one column of each")
                    yield piece.set_axis(piece.index + 1).reindex(columns=[column, HAD])
        except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
            message = f"{path} cannot be read as a table: {str(error).strip()}"
            raise Stop(message, "give a CSV file with commas between its columns") from None

    def score(self, piece: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a line for each place of each list, and the rows that name nobody known."""
        lines, problems, column = [], [], self.settings.columns.user
        for row, user, had in piece.astype(object).fillna("").itertuples():
            items = [name.strip() for name in had.split("|") if name.strip()]
            answer = self.answer(user.strip(), items)
            empty = {"row": row, column: user, **dict.fromkeys(PLACE)}
            lines += [empty] if not answer.past else [
                empty | {"place": place, "item": item.item, "title": item.title,
                         "because": "; ".join(item.because), "outside": "; ".join(answer.outside)}
                for place, item in enumerate(answer.items, 1)
            ]  # fmt: skip
            problems += [] if answer.past else [{"row": row, "value": user, "problem": UNKNOWN}]
        wrong = pd.DataFrame(problems, columns=["row", "value", "problem"])
        return pd.DataFrame(lines).set_index("row"), wrong.set_index("row")


def open_model() -> Predictor:
    """Return the saved model; one that cannot make a list is not opened."""
    threadpool_limits(1, user_api="blas")  # for one user its threads wait longer than they work
    settings, results = load_settings(), read_results("train")
    try:
        for change in stale(results, settings.data.file):
            say(f"notice: {change}; the lists are still those of the model before")
        predictor = Predictor(settings, results, load_model(results))
        predictor.answer(None, predictor.labels[:1])
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        message = f"the model of {RESULTS} makes no list: {type(error).__name__} {error}"
        raise Stop(message, "run `reproduce`: results, code and model do not match") from None
    return predictor
