"""The command `new --template`: a project from a template of somebody else."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from . import output
from .asking import Ask, ask_until_valid
from .create import Job, create, names_full_disk
from .destination import check_destination, enclosing_repository
from .errors import MlscaffoldError
from .new import absolute, parse_settings
from .signer import choose_signer, find_identity
from .sources import readable
from .sources.opening import Foreign, find_records, open_template
from .staging import hidden_folder


@dataclass(frozen=True)
class ForeignRequest:
    """What the person asked for; `ask` is None where nobody is there to answer."""

    template: str
    destination: Path | None = None
    directory: str | None = None  # the folder of the template in its repository
    checkout: str | None = None
    trust: bool = False
    settings: Sequence[str] = ()
    author: str | None = None
    repository: bool = True
    here: bool = False
    ask: Ask | None = None


@dataclass(frozen=True)
class ForeignProject:
    """The project that was created."""

    path: Path
    template: str
    version: str
    records: Sequence[str]  # files that say what it was made from; without them no update
    kept: Sequence[str] = ()  # files that were there, so the template's own were left out
    enclosing: Path | None = None

    def next_steps(self) -> list[str]:
        """Return the commands to type next."""
        return [f"cd {shlex.quote(str(self.path))}"]


def create_foreign(request: ForeignRequest) -> ForeignProject:
    """Check all that was asked for, ask for what is missing, then create the project."""
    template, version = open_template(
        request.template,
        directory=request.directory,
        checkout=request.checkout,
        trust=request.trust,
    )
    say_what_runs(template, version)
    given = parse_settings(request.settings, template.questions(version), own=False)
    if request.destination is None and template.kind == "copier":
        request = with_place(request)
    if request.destination is not None:
        check_destination(absolute(request.destination), here=request.here)
    near = absolute(request.destination or Path("project"))
    with ExitStack() as stack:
        stack.enter_context(names_full_disk(near))
        known = find_identity(near)
        signer = choose_signer(known, request.author, request.ask, needed=request.repository)
        path, made = near, None
        if request.destination is None:  # cookiecutter finds a name for the folder
            made = stack.enter_context(hidden_folder(Path.cwd())) / "made"
            path = Path.cwd() / template.create(version, given, made, ask=bool(request.ask))

        def make(folder: Path) -> None:
            if made is None:
                template.create(version, given, folder, ask=bool(request.ask))
            else:
                made.rename(folder)

        message = f"Start from {template.name} {readable(version)}".rstrip()
        kept = create(Job(make, path, message, signer, request.repository, request.here))
    return ForeignProject(
        path, template.name, readable(version), find_records(path), kept, enclosing_repository(path)
    )


def say_what_runs(template: Foreign, version: str) -> None:
    """Show the code of `template` that will run; refuse to run any of people not trusted."""
    template.check_trust(version)
    if code := template.code(version):
        output.say("It runs code of its own, as you allow:")
        for each in code:
            output.say(f"  {each}")


def with_place(request: ForeignRequest) -> ForeignRequest:
    """Ask for the folder, which a template of copier does not name."""
    if request.ask is None:
        raise MlscaffoldError(
            "DEST is missing: a template of copier does not name the folder of the project",
            "`mlscaffold new --template SOURCE DEST`",
        )

    def read(answer: str) -> Path:
        if not answer:
            raise MlscaffoldError("the folder needs a name", "such as `my-project`")
        check_destination(absolute(Path(answer)))
        return Path(answer)

    return replace(request, destination=ask_until_valid(request.ask, "Folder", read))
