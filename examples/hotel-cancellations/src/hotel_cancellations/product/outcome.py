"""What the model answers for rows, and what the page needs to show it."""

from typing import Any

import pandas as pd
from pydantic import BaseModel

from ..costs import decide
from ..kit.results import Results
from ..kit.settings import Settings
from ..models import predict


class Answer(BaseModel, extra="allow"):
    """What to act on, by the costs of mistakes; each class with its probability; what is new."""

    __pydantic_extra__: dict[str, float]
    decision: str
    outside: list[str]  # inputs that are like none of the training rows


def answer(model: Any, X: pd.DataFrame, results: Results, settings: Settings) -> dict[str, Any]:
    """Return the decision and the probability of each class for each row."""
    p, names = predict(model, X), settings.names
    decided = decide(p, settings.cost_matrix(), results["train"]["policy"]["threshold"])
    return {"decision": [names[code] for code in decided], **dict(zip(names, p.T, strict=True))}


def about(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the page needs to show an answer; no difference below `precision` counts."""
    policy = results["train"]["policy"]
    limits = {"threshold": policy["threshold"], "by_costs": policy.get("by_costs")}
    return limits | {"classes": settings.names, "precision": 0.001}
