"""Asks the person at the terminal, again where an answer cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from . import output
from .errors import MlscaffoldError

Ask = Callable[..., Any]  # click.prompt, or a stand-in
T = TypeVar("T")


def ask_until_valid(
    ask: Ask, question: str, read: Callable[[str], T], default: str | None = None
) -> T:
    """Ask until `read` accepts the answer, and return what it makes of it."""
    while True:
        try:
            return read(ask(question, default=default).strip())
        except MlscaffoldError as error:
            output.fail(error)


def choose(
    ask: Ask,
    question: str,
    offers: Mapping[str, str],
    read: Callable[[str], str],
    default: str | None = None,
) -> str:
    """Show `offers`, what can be chosen and what each one means, and ask for a name or number."""
    width = max(map(len, offers))
    names = list(offers)
    for number, name in enumerate(names, 1):
        line = f"  {number:>2}. {name:<{width}}  {offers[name]}"
        output.say(output.hang(line, width + 8, sys.stderr))

    def by_number(answer: str) -> str:
        known = answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(names)
        return read(names[int(answer) - 1] if known else answer)

    return ask_until_valid(ask, question, by_number, default)
