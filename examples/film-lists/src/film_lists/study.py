"""What the questions of `diagnose` share: training interactions, and the rung that was chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from .comparison import fit
from .data import Log, load
from .models import Model, Rung, find_rung
from .project import Settings
from .ranking import Ranked, rank
from .results import Results
from .split import Holdout, Task, hide, lighten, task


class Study(NamedTuple):
    """Known and hidden training interactions, and the chosen rung, for the questions below.

    Models are fitted to `share` of what is known: of very large data a sample of the users.
    """

    settings: Settings
    log: Log
    training: pd.DataFrame
    holdout: Holdout
    share: float
    task: Task
    rung: Rung
    parameters: dict[str, Any]
    tuned: dict[str, dict[str, Any]]

    @property
    def k(self) -> int:
        """The length of a list."""
        return self.settings.metric.k

    def fit(
        self, known: pd.DataFrame, rung: Rung | None = None, changed: dict[str, Any] | None = None
    ) -> Model:
        """Return the chosen rung, or another one, fitted to some interactions as it was tuned."""
        taken = rung or self.rung
        parameters = (self.tuned.get(taken.name, {}) if rung else self.parameters) | (changed or {})
        return fit(taken, parameters, self.settings, self.log, self.holdout._replace(known=known))

    def rank(self, model: Model, asked: Task | None = None) -> Ranked:
        """Return the lists of the validation users, or of others."""
        return rank(
            model, asked or self.task, self.k, repeats=self.settings.feedback.repeats == "allowed"
        )


def prepare(root: Path, settings: Settings, results: Results) -> Study:
    """Return the training interactions and the chosen rung as `train` left it."""
    log, _ = load(root, settings)
    training = hide(log.frame, settings.split).known
    whole = hide(training, settings.split)
    holdout = lighten(whole, settings.split)
    tuned = {rung["name"]: rung["parameters"] for rung in results["ladder"]}
    choice = results["choice"]
    asked = task(whole, log, settings, role="validation")
    return Study(
        settings,
        log,
        training,
        holdout,
        len(holdout.known) / len(whole.known),
        asked,
        find_rung(choice["chosen"]),
        choice["parameters"],
        tuned,
    )
