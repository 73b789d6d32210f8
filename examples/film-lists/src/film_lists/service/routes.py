"""What the service answers: lists for users and newcomers, what is similar, a search."""

from collections.abc import Iterator  # annotations are evaluated here: limits follow from the data
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import scipy.sparse as sp
from fastapi import Body, FastAPI, Query
from fastapi import Path as InPath
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException

from ..arrays import Codes, Matrix
from ..command import ProjectError
from ..project import Settings
from ..results import Results, model_version
from .because import reasons
from .catalogue import about, search
from .desk import Desk, find_item, history_of, latest, open_desk, rank, similar, user_history

LONGEST = 1000  # a list, what a newcomer had, a name in characters
MOST_FOUND = 50
Name = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Item(BaseModel):
    """An item, and how many users had it."""

    item: str
    title: str
    had: int


class Place(BaseModel):
    """A place of a list; `because` names what was had and speaks most for it."""

    place: int
    item: str
    title: str
    score: float
    because: list[str]


class Answer(BaseModel):
    """A list, the best first; `had` counts what it is made from, `past` names a user's last."""

    model_version: str
    had: int
    past: list[str] = []
    items: list[Place]


class Newcomer(BaseModel):
    """What somebody had, by label or title."""

    model_config = ConfigDict(extra="forbid")
    items: Annotated[list[Name], Field(min_length=1, max_length=LONGEST)]


def add_routes(app: FastAPI, root: Path, settings: Settings, results: Results) -> None:
    """Add the endpoints; what a request would have to wait for is made ready here."""
    desk = open_desk(root, settings, results)
    nobody, facts, usual = history_of(desk, []), about(desk), settings.metric.k
    most = min(LONGEST, len(desk.log.items))
    Length = Annotated[int, Query(ge=1, le=most)]
    known = [desk.labels[item] for item in search(desk, "", 2)]
    User = Annotated[str, InPath(examples=facts["examples"])]
    ItemName = Annotated[str, InPath(examples=known)]
    example = Body(examples=[{"items": known, "k": usual}])
    desk.get_ready()

    class Wish(Newcomer):
        """What somebody had, and how long their list should be."""

        k: Annotated[int, Field(strict=True, ge=1, le=most), BeforeValidator(as_whole)] = usual

    @app.get("/recommend/{user:path}")
    async def recommend(user: User, k: Length = usual) -> Answer:
        """Return the list of a user of the training interactions."""
        with not_found("user"):
            history = user_history(desk, user)
        made = make_list(desk, history, k)
        return made.model_copy(update={"past": titles(desk, latest(desk, user))})

    @app.post("/recommend")
    async def recommend_to_newcomer(asked: Annotated[Wish, example]) -> Answer:
        """Return the list of somebody who had these items; no user needs to be known."""
        items = []
        for place, name in enumerate(asked.items):
            with not_found(f"items[{place}]"):
                items.append(find_item(desk, name))
        return make_list(desk, history_of(desk, items), asked.k)

    @app.get("/popular")
    async def recommend_to_anybody(k: Length = usual) -> Answer:
        """Return the list of somebody of whom nothing is known: what is popular."""
        return make_list(desk, nobody, k)

    @app.get("/similar/{item:path}")
    async def find_similar(item: ItemName, k: Length = usual) -> Answer:
        """Return what is most like an item, which is named by its label or title."""
        with not_found("item"):
            number = find_item(desk, item)
            shown, scores = similar(desk, number, k)
        return answer(desk, 1, shown, scores, [[] for _ in shown])

    @app.get("/items")
    async def find_items(
        query: Annotated[str, Query(max_length=LONGEST)] = "",
        limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 10,
    ) -> list[Item]:
        """Return the items that have the query in their title, the best-known ones first."""
        found = search(desk, query, limit)
        return [
            Item(item=desk.labels[item], title=desk.titles[item], had=desk.often[item])
            for item in found
        ]

    @app.get("/about")
    async def describe() -> dict[str, Any]:
        """Tell what the page shows: the question, the model, some users."""
        return facts


def as_whole(value: Any) -> Any:
    """Return 5 for 5.0, which are the same number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@contextmanager
def not_found(field: str) -> Iterator[None]:
    """Answer 404 where a user or an item is not known, and name the field."""
    try:
        yield
    except ProjectError as error:
        raise HTTPException(404, f"{field}: {error}; {error.hint}") from None


def make_list(desk: Desk, history: sp.csr_matrix, k: int) -> Answer:
    """Return the list that follows from a row of past interactions."""
    (shown,), (scores,) = rank(desk, history, k)
    there = shown >= 0
    shown, scores = shown[there], scores[there]
    why = reasons(desk.model, history.indices, shown)
    return answer(desk, history.nnz, shown, scores, [titles(desk, had) for had in why])


def answer(desk: Desk, had: int, shown: Codes, scores: Matrix, because: list[list[str]]) -> Answer:
    """Return places with labels and titles."""
    places = [
        Place(
            place=place, item=desk.labels[item], title=desk.titles[item], score=score, because=why
        )
        for place, (item, score, why) in enumerate(zip(shown, scores, because, strict=True), 1)
    ]
    return Answer(model_version=model_version(desk.results), had=had, items=places)


def titles(desk: Desk, items: Codes) -> list[str]:
    """Return the titles of items."""
    return [desk.titles[item] for item in items]
