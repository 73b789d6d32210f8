"""The one family of errors that a person can do something about."""

from __future__ import annotations


class MlscaffoldError(Exception):
    """What went wrong in one sentence, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
