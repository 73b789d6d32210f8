"""What the service answers about rows: predictions, and what moved them."""

from pathlib import Path  # annotations are evaluated here: they hold types made at the start
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Body, FastAPI
from pydantic import BaseModel, ConfigDict, Field

from ..inputs import Input
from ..project import Settings
from ..results import Results, model_version
from .answers import Answer, Context, about, answers, context, open_scorer
from .influence import effects
from .schema import Row, example, make_frame, make_row

MOST_ROWS = 1000
R = TypeVar("R", bound=Row)


class OneRow(BaseModel, Generic[R]):
    """A row to answer for."""

    model_config = ConfigDict(extra="forbid")
    row: R


class Rows(BaseModel, Generic[R]):
    """Rows to answer for."""

    model_config = ConfigDict(extra="forbid")
    rows: Annotated[list[R], Field(min_length=1, max_length=MOST_ROWS)]


class Predictions(Context):
    """The answers, in the order of the rows."""

    predictions: list[Answer]


class Effect(BaseModel):
    """How an input moves the answer away from what it would be with a typical value."""

    input: str
    value: str
    typical: str
    effect: float


class Explanation(Context):
    """The answer for a row, and the effects of its inputs, the strongest first."""

    answer: Answer
    effects: list[Effect]


def add_routes(app: FastAPI, root: Path, settings: Settings, results: Results) -> None:
    """Add the endpoints; the types of their requests follow from the training rows."""
    scorer = open_scorer(root, settings, results)
    said, facts = context(scorer), describe_study(settings, results) | about(scorer)
    typical = {item["name"]: example(item) for item in scorer.inputs}
    row = make_row(scorer.inputs)
    one, many = Body(examples=[{"row": typical}]), Body(examples=[{"rows": [typical]}])

    @app.post("/predict")
    async def predict(asked: Annotated[Rows[row], many]) -> Predictions:  # type: ignore[valid-type]
        """Answer for one row or many."""
        X = make_frame(asked.rows, scorer.inputs)
        return Predictions(**said, predictions=answers(scorer, X))

    @app.post("/explain")
    async def explain(asked: Annotated[OneRow[row], one]) -> Explanation:  # type: ignore[valid-type]
        """Answer for a row, and say which of its inputs moved the answer."""
        X = make_frame([asked.row], scorer.inputs)
        moved = [Effect(**each) for each in effects(scorer, X)]
        return Explanation(**said, answer=answers(scorer, X)[0], effects=moved)

    @app.get("/about")
    async def describe() -> dict[str, Any]:
        """Tell what the page shows: the question, the inputs with their ranges, the answer."""
        return facts


def describe_study(settings: Settings, results: Results) -> dict[str, Any]:
    """Return what the page says about the study and its inputs."""
    told = ("title", "question", "decision_maker", "decision")
    return {key: getattr(settings.project, key) for key in told} | {
        "model": results["choice"]["chosen"],
        "model_version": model_version(results),
        "demo": settings.data.demo,
        "inputs": by_importance(results),
    }


def by_importance(results: Results) -> list[Input]:
    """Return the inputs, the most important first where `diagnose` has measured that."""
    measured = results.get("diagnosis", {}).get("importance", [])
    weights = {each["feature"]: each["mean"] for each in measured}
    return sorted(results["inputs"], key=lambda item: -weights.get(item["name"], 0))
