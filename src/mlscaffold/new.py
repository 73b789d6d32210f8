"""The command `new`: from what the person typed to the answers that the templates need."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import names
from .asking import Ask, ask_until_valid, choose
from .catalog import Catalog, ProjectType, questions, read_settings, unknown
from .create import Job, create, names_full_disk
from .destination import check_destination, enclosing_repository
from .errors import MlscaffoldError
from .render import render
from .signer import choose_signer, find_identity
from .store import open_store

if TYPE_CHECKING:
    from .data.own import OwnData


@dataclass(frozen=True)
class Request:
    """What the person asked for; `ask` is None where nobody is there to answer."""

    project_type: str | None = None
    destination: Path | None = None
    name: str | None = None
    package: str | None = None
    dataset: str | None = None
    parts: Sequence[str] = ()
    settings: Sequence[str] = ()
    author: str | None = None
    repository: bool = True
    here: bool = False  # the destination may hold what new repositories and editors bring
    ask: Ask | None = None
    own: OwnData | None = None  # takes the place of the data set that the templates bring


class TypeMissingError(MlscaffoldError):
    """Nobody said which type of project it shall be."""


@dataclass(frozen=True)
class Project:
    """The project that was created."""

    path: Path
    name: str
    title: str
    enclosing: Path | None = None  # the repository that its folder lies in
    kept: Sequence[str] = ()  # files that were there, so the project's own were left out
    ignores: Sequence[str] = ()  # what the project's own .gitignore says beyond the one kept
    parts: Sequence[str] = ()

    def next_steps(self, done: bool) -> list[str]:
        """Return the three commands to type next; `done` tells that it has run already."""
        enter = f"cd {shlex.quote(str(self.path))}"
        with_uv = shutil.which("uv")
        if done:
            save = 'git add --all && git commit -m "First results"'
            serve = "uv run serve" if with_uv else ".venv/bin/serve"
            return [enter, save, serve if "product" in self.parts else "mlscaffold defend"]
        if with_uv:
            return [enter, "uv sync", "uv run reproduce"]
        install = "python3 -m venv .venv && .venv/bin/pip install --editable ."
        return [enter, install, ".venv/bin/reproduce"]


def create_project(request: Request) -> Project:
    """Check all that was asked for, ask for what is missing, then create the project."""
    store = open_store()
    catalog = Catalog(store.newest)
    given = parse_settings(request.settings, questions(read_settings(store.newest)))
    kind = catalog.project_type(choose_type(request, catalog))
    parts = [catalog.part(kind.name, part).name for part in request.parts]
    wanted = stripped(request.dataset, given.get("dataset"))
    if wanted is None and not request.own:
        wanted = choose_dataset(request, catalog, kind.name)
    if wanted is None:
        wanted = default_dataset(request, catalog, kind)
    dataset = catalog.dataset(kind.name, wanted)
    name = stripped(request.name, given.get("project_name"))
    default = request.own.name if request.own else f"{dataset.name}-{kind.name}".replace("_", "-")
    path, name = choose_place(request, name, default)
    package = stripped(request.package, given.get("package"), name.replace("-", "_"))
    package = names.package_name(package or "")
    check_destination(path, here=request.here)
    with names_full_disk(path):
        known = find_identity(path)
        signer = choose_signer(known, request.author, request.ask, needed=request.repository)
    answers = {
        **({"author": person.name} if (person := signer or known) else {}),
        **given,
        "project_type": kind.name,
        "dataset": dataset.name,
        "project_name": name,
        "package": package,
        "parts": parts,
    }
    own_ignores: list[str] = []

    def make(folder: Path) -> None:
        from .sources.ours import origin

        render(store.newest, folder, answers, origin(store.version))
        if request.own:
            request.own.put(folder)
        own_ignores.extend(read_ignores(folder))

    message = f"Start from mlscaffold templates {store.version}"
    kept = create(Job(make, path, message, signer, request.repository, request.here))
    missing = [line for line in own_ignores if line not in read_ignores(path)]
    title = request.own.title if request.own else dataset.title
    return Project(path, name, title, enclosing_repository(path), kept, missing, parts)


def read_ignores(folder: Path) -> list[str]:
    """Return the patterns in the .gitignore of `folder`."""
    path = folder / ".gitignore"
    text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def stripped(*answers: str | None) -> str | None:
    """Return the first of `answers` that was given, without blanks around it."""
    return next((answer.strip() for answer in answers if answer is not None), None)


def parse_settings(
    settings: Sequence[str], known: Iterable[str], *, own: bool = True
) -> dict[str, str]:
    """Read `KEY=VALUE` pairs whose keys are `known`; of our `own` templates or not."""
    known = list(known)
    pairs = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise MlscaffoldError(f"`--set {setting}` has no value", "write it as `KEY=VALUE`")
        if own and key == "project_type":
            raise MlscaffoldError("`--set` cannot change the type", "say it as TYPE")
        if own and key == "parts":
            raise MlscaffoldError("`--set` cannot choose parts", "say them as `--with A,B`")
        if key not in known:
            told = known if not own else [k for k in known if k not in {"project_type", "parts"}]
            listed = ", ".join(f"`{each}`" for each in told)
            raise unknown("question", key, known, f"the templates ask for {listed}")
        pairs[key] = value.strip()
    return pairs


def choose_type(request: Request, catalog: Catalog) -> str:
    """Return the type that the person asked for, or chooses."""
    if request.project_type is not None:
        return request.project_type
    summaries = {each.name: each.summary for each in catalog.types.values()}
    if request.ask is None:
        listed = "".join(f"\n  {name:<16}{text}" for name, text in summaries.items())
        raise TypeMissingError(f"say which TYPE of project it shall be:{listed}")
    return choose(
        request.ask, "Kind of project", summaries, lambda name: catalog.project_type(name).name
    )


def choose_dataset(request: Request, catalog: Catalog, project_type: str) -> str:
    """Return the data set that the person chooses, or the default one."""
    datasets = catalog.datasets(project_type)
    default = next(iter(datasets))
    if request.ask is None:
        return default
    offers = {
        each.name: f"{each.title}{' (demo, no network)' if each.demo else ''}"
        for each in datasets.values()
    }
    return choose(
        request.ask,
        "Data set to start from",
        offers,
        lambda answer: catalog.dataset(project_type, answer).name,
        default,
    )


def default_dataset(request: Request, catalog: Catalog, kind: ProjectType) -> str:
    """Return the data set that is left to be replaced: for a person's own data a real one.

    What the templates bring for invented data alone has no place beside real ones.
    """
    if not request.own:
        return kind.default_dataset
    real = (each.name for each in catalog.datasets(kind.name).values() if not each.demo)
    return next(real, kind.default_dataset)


def choose_place(request: Request, name: str | None, default: str) -> tuple[Path, str]:
    """Return the folder of the project and its name; either one may follow from the other."""
    if request.destination is not None:
        path = absolute(request.destination)
        return path, names.name_from_folder(path) if name is None else names.project_name(name)
    if name is None and request.ask:
        name = ask_until_valid(request.ask, "Name", names.project_name, default)
    name = names.project_name(default if name is None else name)
    return Path.cwd() / name, name


def absolute(path: Path) -> Path:
    """Return `path` from the root; a `~` that the shell left alone, in quotes, is the home."""
    try:
        path = path.expanduser()
    except RuntimeError as error:
        raise MlscaffoldError(
            f"nobody here is called `{path.parts[0].removeprefix('~')}`",
            f"for a folder of that name write `{Path.cwd() / path}`",
        ) from error
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolves `..`, not links
