"""Saves and loads the fitted model; loading runs no code that is not listed here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import skops.io
from sklearn.pipeline import Pipeline

from .command import ProjectError
from .models import TRUSTED
from .results import Results, sha256

MODEL = Path("models") / "model.skops"


def save(root: Path, model: Pipeline) -> dict[str, Any]:
    """Write the model in one step and return where it is, its size and its hash."""
    path = root / MODEL
    path.parent.mkdir(exist_ok=True)
    content = skops.io.dumps(model)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return {"path": MODEL.as_posix(), "sha256": sha256(content), "bytes": len(content)}


def load_model(root: Path, results: Results) -> Pipeline:
    """Return the model that the results are about."""
    path = root / MODEL
    if not path.exists() or sha256(path.read_bytes()) != results["model"]["sha256"]:
        raise ProjectError(f"{MODEL} is not the model of these results", "run `train` first")
    if unknown := set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED):
        names = ", ".join(sorted(unknown))
        hint = "if they are yours, add them to TRUSTED in models.py"
        raise ProjectError(f"{MODEL} holds unknown types: {names}", hint)
    return skops.io.load(path, trusted=TRUSTED)


def load_for_rows(root: Path, results: Results) -> Pipeline:
    """Return the model in one thread: for a few rows, threads cost more time than they save."""
    model = load_model(root, results)
    threads = [name for name in model.get_params() if name.endswith("n_jobs")]
    return model.set_params(**dict.fromkeys(threads, 1))
