"""Plain `copier update`, in this process: what ours is held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mlscaffold.store import open_store


@contextmanager
def instead_of_the_helper(repository: Path) -> Iterator[None]:
    """Make copier, in this process, take the template from `repository`."""
    from plumbum import local

    variables = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository}.insteadOf",
        "GIT_CONFIG_VALUE_0": "mlscaffold://templates",
        "COPIER_CACHE_DIR": str(repository.parent / "copier"),
    }
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with local.env(**variables):
            yield


def update_plainly(project: Path, version: str | None = None) -> None:
    """Do what `copier update --defaults` does; to the newest release, or to `version`."""
    from copier import run_update

    with instead_of_the_helper(open_store().repository):
        run_update(project, defaults=True, overwrite=True, quiet=True, vcs_ref=version)
