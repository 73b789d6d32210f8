"""Training rows as requests, with the answers that the model gave when it was fitted."""

from __future__ import annotations

from .forms import batch_answers
from .forms import one_by_one as exchanges

__all__ = ["batch_answers", "exchanges"]
