"""The fitted recommender, and the one way to a list: of the service, of `predict`, of its tests."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from pydantic import BaseModel

from ..kit import Stop, say
from ..kit.ranking import best
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
    def had(self) -> Any:
        """How many users had each item, by label."""
        counts = np.bincount(self.model.history.indices, minlength=len(self.model.titles))
        return pd.Series(counts, self.model.titles.index)

    def past(self, user: str) -> list[str]:
        """Return the items that a user had when the model was fitted; none for a stranger."""
        place = self.model.users.get_indexer(pd.Index([user]))[0]
        return [] if place < 0 else list(self.model.titles.index[self.model.history[place].indices])

    def recommend(self, past: Sequence[str], places: int) -> list[Item]:
        """Return the list of somebody who had the items `past`; unknown labels are ignored.

        The reasons for an item are those of the past that, each alone, add most to its score.
        """
        titles = self.model.titles
        had = np.unique(titles.index.get_indexer(pd.Index(past, dtype=str)))
        had = had[had >= 0]
        ones, shape = np.ones(len(had), np.float32), (len(had) + 1, len(titles))
        alone = sp.csr_matrix((ones, (range(len(had)), had)), shape=shape)  # and nothing at the end
        history = sp.csr_matrix(alone.sum(axis=0))
        never = self.settings.feedback.repeats == "never"
        model = self.model.model if len(had) else self.model.newcomers
        items = best(model.scores(history), history if never else history * 0, places)[0]
        items = items[items >= 0]
        scores = model.scores(alone)[:, items]
        found = []
        for item, adds in zip(items, (scores[:-1] - scores[-1]).T, strict=True):
            strongest = np.argsort(-adds, kind="stable")[:3]
            because = list(titles.iloc[had[strongest[adds[strongest] > 0]]])
            found.append(Item(item=titles.index[item], title=titles.iloc[item], because=because))
        return found

    def answer(self, user: str | None, items: Sequence[str]) -> Answer:
        """Return the list of a user who, beside what training knows, had `items`."""
        titles, past = self.model.titles, self.past(user) if user else []
        k = self.settings.metric.k
        all_past = [*past, *(label for label in items if label in titles.index)]
        found = [place.model_dump() for place in self.recommend(all_past, k)]
        told = [{"item": label, "title": titles[label]} for label in dict.fromkeys(all_past)]
        new = [label for label in items if label not in titles.index]
        facts: dict[str, Any] = {"known": bool(past), "past": told, "items": found, "outside": new}
        return Answer.model_validate(facts)

    def search(self, query: str, limit: int) -> list[Item]:
        """Return the items whose title has the query in it, what most users had first."""
        fits = self.model.titles.str.contains(query.strip(), case=False, regex=False)
        best = self.had[fits.to_numpy()].sort_values(ascending=False, kind="stable").head(limit)
        return [Item(item=label, title=self.model.titles[label]) for label in best.index]

    def read_pieces(self, path: Path) -> Iterator[pd.DataFrame]:
        """Yield the rows of a CSV file of users, some at a time, by their numbers."""
        column = self.settings.columns.user
        try:
            with pd.read_csv(path, dtype=str, chunksize=1000, skipinitialspace=True) as pieces:
                for piece in filter(len, pieces):  # a file without rows is one empty piece
                    if column not in piece:
                        hint = f"users stand in it; {HAD!r} holds ITEM|ITEM for newcomers"
                        raise Stop(f"the file has no column {column!r}", hint)
                    yield piece.set_axis(piece.index + 1).reindex(columns=[column, HAD])
        except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
            said = f"{path} cannot be read as a table: {str(error).strip()}"
            raise Stop(said, "give a CSV file with commas between its columns") from None

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


def open_model() -> Opened:
    """Return the saved model; one that cannot make a list is not opened."""
    settings, results = load_settings(), read_results("train")
    try:
        for change in stale(results, settings.data.file):
            say(f"notice: {change}; the lists are still those of the model before")
        opened = Opened(settings, results, load_model(results))
        opened.answer(None, list(opened.model.titles.index[:1]))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        said = f"the model of {RESULTS} makes no list: {type(error).__name__} {error}"
        raise Stop(said, "run `reproduce`: results, code and model do not fit together") from None
    return opened
