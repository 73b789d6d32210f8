"""Saves and loads the fitted model as plain arrays; loading runs no code."""

from __future__ import annotations

import io
import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from .command import ProjectError
from .data import Log
from .factors import Factors
from .models import Model
from .popular import Popular
from .results import Results, sha256
from .trending import Trending
from .weights import ItemWeights

MODEL = Path("models") / "model.npz"
KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Popular, ItemWeights, Factors, Trending)
}


def save(root: Path, model: Model, log: Log) -> dict[str, Any]:
    """Write the model and the labels of its items in one step; return where, size and hash."""
    path = root / MODEL
    path.parent.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    labels = log.items["item"].to_numpy(dtype=str)
    np.savez(buffer, allow_pickle=False, labels=labels, **flatten(model, "model"))
    content = buffer.getvalue()
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return {"path": MODEL.as_posix(), "sha256": sha256(content), "bytes": len(content)}


def load_model(root: Path, results: Results) -> Model:
    """Return the model that the results are about."""
    path = root / MODEL
    if not path.exists() or sha256(path.read_bytes()) != results["model"]["sha256"]:
        raise ProjectError(f"{MODEL} is not the model of these results", "run `train` first")
    with np.load(path, allow_pickle=False) as arrays:
        model: Model = restore(dict(arrays), "model")
    return model


def flatten(value: Any, name: str) -> dict[str, Any]:
    """Return the arrays of a model, each named by its place in it."""
    if is_dataclass(value):
        parts = {f"{name}.kind": np.array(type(value).__name__)}
        for field in fields(value):
            parts |= flatten(getattr(value, field.name), f"{name}.{field.name}")
        return parts
    if sp.issparse(value):
        return {
            f"{name}.{part}": getattr(value, part) for part in ("data", "indices", "indptr")
        } | {f"{name}.shape": np.array(value.shape)}
    return {} if value is None else {name: np.asarray(value)}


def restore(arrays: dict[str, Any], name: str) -> Any:
    """Return what `flatten` took apart."""
    if f"{name}.kind" in arrays:
        kind = KINDS[str(arrays[f"{name}.kind"])]
        return kind(
            **{field.name: restore(arrays, f"{name}.{field.name}") for field in fields(kind)}
        )
    if f"{name}.indptr" in arrays:
        parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
        return sp.csr_matrix(parts, shape=tuple(arrays[f"{name}.shape"]))
    value = arrays.get(name)
    return value.item() if value is not None and value.ndim == 0 else value
