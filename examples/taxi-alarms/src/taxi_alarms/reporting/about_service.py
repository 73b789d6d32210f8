"""Blocks about the service: how it is used, how fast it is, whether it says what the model says."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, picture


def serving(results: Results, settings: Settings) -> str:
    """State how fast the running service answered, and what it needs."""
    measured, cores = results["serving"], results["run"]["machine"]["cores"]
    shown = f"{picture('page', 'The page with an example from the training data')}\n\n"
    typical, slow, start, model = (
        number(measured[key], 2) for key in ("p50_ms", "p95_ms", "start_seconds", "model_mb")
    )
    memory = measured["memory_mb"]
    needs = f", takes {number(memory)} MB of memory" if memory else ""
    return (
        f"{shown if measured['picture'] else ''}"
        f"A request takes {typical} ms (the median of {measured['requests']}, one after the other; "
        f"95% take at most {slow} ms) on a machine with {cores} cores. The service starts in "
        f"{start} s{needs} and loads a model of {model} MB."
    )


def parity(results: Results, settings: Settings) -> str:
    """State by how much answers of the service and of batch prediction differ from the model's."""
    measured = results["serving"]
    most = max(measured["served_difference"], measured["batch_difference"])
    outcome = "agree to 12 digits" if most < 1e-12 else f"differ by up to {most:.1g} of their size"
    return (
        f"{measured['rows']} cases of the training data went through the running service and "
        f"through `predict`: their answers and the model's own {outcome}."
    )
