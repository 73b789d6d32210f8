"""Blocks about the service: how it is used, how fast it is, whether it says what the model says."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, picture


def serving(results: Results, settings: Settings) -> str:
    """State how fast the running service answered, and what it needs."""
    measured, cores = results["serving"], results["run"]["machine"]["cores"]
    memory = measured["memory_mb"]
    shown = f"{picture('page', 'The page with a row of the training data')}\n\n"
    needs = f" and takes {number(memory)} MB of memory" if memory else ""
    return (
        f"{shown if measured['picture'] else ''}"
        f"One request takes {number(measured['p50_ms'])} ms (the median of "
        f"{measured['requests']}; 95% are answered within {number(measured['p95_ms'])} ms) on a "
        f"machine with {cores} cores. The service is ready after "
        f"{number(measured['start_seconds'])} s{needs}; the model has "
        f"{number(measured['model_mb'])} MB."
    )


def parity(results: Results, settings: Settings) -> str:
    """State by how much answers of the service and of batch prediction differ from the model's."""
    measured = results["serving"]
    found = [measured["served_difference"], measured["batch_difference"]]
    served, batch = ("nothing" if part < 1e-12 else f"{part:.1g} of their size" for part in found)
    return (
        f"{measured['rows']} cases of the training data went through the running service and "
        f"through `predict`: the answers differ from the model's own by {served} and by {batch}."
    )
