"""Asks the person where a look at the file leaves it open, three times at most."""

from __future__ import annotations

from ..asking import Ask, choose
from . import words
from .moments import Written
from .plan import Plan
from .target import Candidate

MOST = 3
UNSURE = 0.55  # a decision that is no surer is asked about


class Questions:
    """How many questions are left; without a person there are none."""

    def __init__(self, ask: Ask | None) -> None:
        self.ask = ask
        self.left = MOST if ask else 0

    def choose(self, question: str, offers: dict[str, str], default: str) -> str:
        """Return what the person chooses, or the default where nobody is left to ask."""
        if not self.ask or not self.left:
            return default
        self.left -= 1

        def read(answer: str) -> str:
            if answer not in offers:
                from ..errors import MlscaffoldError

                raise MlscaffoldError(f"`{answer}` is not among them", "give a name or its number")
            return answer

        return choose(self.ask, question, offers, read, default)

    def target(self, found: list[Candidate]) -> str:
        """Return the target that the person names, or nothing."""
        offers = {each.name: each.kind for each in found[:12]}
        return self.choose("What is to be predicted", offers, found[0].name) if self.left else ""

    def dates(self, plan: Plan) -> None:
        """Ask which of day and month comes first, where the values do not tell."""
        for name in plan.flagged("ambiguous"):
            column, role = plan.column(name), plan.roles[name]
            written = column.written
            if not written or not self.left:
                continue
            sample = next(iter(column.counts))
            forms = {"day": written.form, "month": written.other}
            if written.form.startswith("%m"):
                forms = {"month": written.form, "day": written.other}
            offers = {first: f"{sample} read as {form}" for first, form in forms.items()}
            answer = self.choose(f"Does {name} begin with the day or the month", offers, "day")
            column.written = Written(forms[answer])
            role.becomes("date", f"dates; you said that the {answer} comes first", "time", 1.0)
            role.flags.remove("ambiguous")

    def late(self, plan: Plan) -> None:
        """Ask whether a column is known in time that was left out for its name and its power."""
        for name in plan.flagged("later"):
            role = plan.roles[name]
            if role.sure > UNSURE or not self.left:
                continue
            offers = {
                "no": f"leave it out: {role.reason}",
                "yes": "use it: it is known at that moment",
            }
            if (
                self.choose(
                    f"Is {words.human(name)} known when the prediction is made", offers, "no"
                )
                == "yes"
            ):
                kind = "numeric" if plan.column(name).numeric else "categorical"
                role.becomes(kind, "you said that it is known in time", "", 1.0)
                role.flags.remove("later")
