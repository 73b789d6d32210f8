"""Decides which names a project and its package may have, and proposes one that works."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from pathlib import Path

from .errors import MlscaffoldError

LONGEST = 60  # leaves room for the paths below it: Windows still stops at 260 characters
WINDOWS = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
# Import names and distributions that a generated project uses, and those that these use; where
# two have one name, Python imports only one of them.
USED = frozenset(
    """
    annotated_types anyio attr attrs certifi charset_normalizer click conftest contourpy
    cookiecutter copier cycler cython dask dateutil duckdb fastapi fonttools hatchling httpx idna
    implicit iniconfig jinja2 joblib kiwisolver lightgbm markupsafe matplotlib mlscaffold
    mlscaffold_cli mpl_toolkits mypy narwhals numpy packaging pandas pathspec pil pillow pip
    platformdirs pluggy polars pooch prettytable pyarrow pydantic pydantic_core pygments pylab pyod
    pyparsing pytest python_dateutil pytz requests ruff scikit_learn scipy setuptools six sklearn
    skops src starlette test tests threadpoolctl torch typing_extensions typing_inspection tzdata
    urllib3 uv uvicorn wcwidth wheel xgboost yaml
    """.split()
)


def project_name(text: str) -> str:
    """Return `text` where it is a name for a project, such as `bike-demand`."""
    return checked(text, "-", "project name")


def package_name(text: str) -> str:
    """Return `text` where it is a name for a package, such as `bike_demand`."""
    return checked(text, "_", "package name")


def name_from_folder(folder: Path) -> str:
    """Return the project name that `folder` stands for: `Bike Demand` gives `bike-demand`."""
    name = re.sub(r"[ ._-]+", "-", folder.name).strip("-")
    try:
        return project_name(name.lower() if name.isascii() else name)
    except MlscaffoldError as error:
        if len(name) > LONGEST:  # hardly a folder that somebody wants to keep
            raise
        proposed = proposal(name, "-")
        raise MlscaffoldError(
            error.message, f"`--name {proposed}` names the project, and the folder keeps its name"
        ) from error


def checked(text: str, separator: str, kind: str) -> str:
    """Return `text`, or say what is wrong with it and propose a `kind` that works."""
    if trouble := trouble_with(text, separator):
        shown = text if len(text) <= LONGEST else f"{text[:20]}..."
        raise MlscaffoldError(
            f"`{shown}` cannot be a {kind}: {trouble}", f"try `{proposal(text, separator)}`"
        )
    return text


def trouble_with(text: str, separator: str) -> str | None:
    """Return what speaks against `text` as a name, if anything does."""
    module = text.replace("-", "_")
    if not text:
        return "it is empty"
    if len(text) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    if not re.fullmatch(rf"[a-z][a-z0-9]*({separator}[a-z0-9]+)*", text, re.ASCII):
        return f"use lower case letters, digits and single `{separator}`, starting with a letter"
    if keyword.iskeyword(module):
        return "it is a word of the Python language"
    if module in sys.stdlib_module_names:
        return "it is a module of Python's standard library"
    if module in WINDOWS:
        return "Windows reserves it"
    if module in USED:
        return "it would hide a library that projects use"
    return None


def proposal(text: str, separator: str) -> str:
    """Return a name like `text` that works."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = separator.join(words)[: LONGEST - len("-project")].strip(separator)
    if not name or not name[0].isalpha():
        name = separator.join(filter(None, ["my", name or "project"]))
    return f"{name}{separator}project" if trouble_with(name, separator) else name
