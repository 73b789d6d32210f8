"""The command `update`: brings a project to the newest templates, as `copier update` does.

copier does the work, in a second work tree and on an excerpt of the templates. So it is quicker,
and the project is not touched before all has succeeded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from .errors import MlscaffoldError
from .git import GitError, git
from .interrupts import uninterrupted
from .project import RESTORE, check_settled, find_project, read_answers, work_tree
from .release import number, released_tags
from .store import URL, Store, open_store
from .worktree import check_way, list_changes, replace, second_work_tree


@dataclass(frozen=True)
class Update:
    """From which release to which one, and the files, in the project, that need a decision."""

    before: str
    after: str
    conflicts: list[Path] = field(default_factory=list)


def update_project(path: Path) -> Update:
    """Update the project that `path` lies in, and leave what changes uncommitted."""
    project = find_project(path)
    answers = read_answers(project)
    store = open_store()
    before = check_release(store, answers)
    if before == store.version:
        return Update(before, before)
    check_type(store, before, answers)
    top = work_tree(project)
    check_settled(project)
    check_transport()
    inside = project.relative_to(top)
    if (conflicts := merge(store, before, top, inside, whole=False)) is None:
        conflicts = merge(store, before, top, inside, whole=True)
    return Update(before, store.version, conflicts or [])


def check_release(store: Store, answers: Mapping[str, object]) -> str:
    """Return the release that the project was made from; refuse one that `store` does not hold."""
    before, known = str(answers.get("_commit")), released_tags(store.repository)
    if before in known:
        return before
    with suppress(ValueError):
        if number(before) > number(store.version):
            raise MlscaffoldError(
                f"the project is at templates {before}, and these are {store.version}",
                "upgrade `mlscaffold-cli`",
            )
    raise MlscaffoldError(f"the project is at templates `{before}`, which do not exist", RESTORE)


def check_type(store: Store, before: str, answers: Mapping[str, object]) -> None:
    """Refuse a project of a type that one of the two releases does not have."""
    wanted = answers.get("project_type")
    for tag in (before, store.version):
        listing = git(f"--git-dir={store.repository}", "ls-tree", "-d", "--name-only", tag)
        if wanted not in listing.splitlines():
            raise MlscaffoldError(f"templates {tag} have no project type `{wanted}`", RESTORE)


def check_transport() -> None:
    """Refuse to start where git may not read a repository on this disk: copier could not say it."""
    allowed = os.environ.get("GIT_ALLOW_PROTOCOL")
    if allowed is not None and "file" not in allowed.split(":"):
        raise MlscaffoldError(
            "GIT_ALLOW_PROTOCOL forbids git to read the templates, which are on this disk",
            'set it to "$GIT_ALLOW_PROTOCOL:file" for this command',
        )


def merge(store: Store, before: str, top: Path, inside: Path, *, whole: bool) -> list[Path] | None:
    """Update the project in the folder `inside` of the work tree `top`; return the conflicts.

    Return None, and change nothing, where this needs the `whole` template: an answer changed.
    """
    from .excerpt import write_excerpt

    answers = read_answers(top / inside)
    with ExitStack() as late, tempfile.TemporaryDirectory(prefix="mlscaffold-") as temporary:
        template = Path(temporary).resolve() / "templates.git"
        write_excerpt(store, before, answers, template, whole=whole)
        # In a folder of the same name: templates can ask for it.
        with second_work_tree(top, inside, template.parent / "copy" / top.name) as copy:
            done = run_copier(copy / inside, template, careful=whole)
            after = read_answers(copy / inside) if done else {}
            if not whole and not keeps(answers, after):
                return None
            check_settled(top / inside)
            changes = list_changes(copy, inside)
            check_way(changes, copy, top)
            late.enter_context(uninterrupted())  # until the clean-up is done
            replace(changes, copy, top)
    paths = (Path(change.path) for change in changes if "U" in change.status)
    return [path.relative_to(inside) for path in paths]


def keeps(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Tell whether every answer in `before` is the same in `after`."""
    return all(
        name.startswith("_") or (name in after and repr(after[name]) == repr(answer))
        for name, answer in before.items()
    )


def run_copier(project: Path, template: Path, *, careful: bool) -> bool:
    """Run `copier update` on `project` with the repository `template`; tell whether it worked.

    With `careful`, raise what copier complains about.
    """
    from copier import run_update
    from copier.errors import CopierError
    from jinja2 import TemplateError
    from plumbum import ProcessExecutionError, local

    variables = copier_environment(template)
    previous = {name: os.environ.get(name) for name in variables}
    try:
        os.environ.update(variables)
        with local.env(**os.environ):  # plumbum looked at it when it was imported, perhaps earlier
            run_update(project, defaults=True, overwrite=True, quiet=True)
    except KeyboardInterrupt:  # copier's own would pass for a complaint
        raise
    except (CopierError, TemplateError, ValueError) as error:
        if careful:
            raise MlscaffoldError(f"copier cannot update this project: {error}", RESTORE) from error
        return False
    except ProcessExecutionError as error:
        reason = str(error.stderr).strip() or f"status {error.retcode}"
        raise GitError(f"git failed during the update: {reason}", "mend what git says") from error
    finally:
        for name, value in previous.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    return True


def copier_environment(template: Path) -> dict[str, str]:
    """Return the variables that make copier find `template` under the usual URL, and only it."""
    settings = {
        f"url.{template.as_posix()}.insteadOf": URL.removeprefix("git+"),
        "core.hooksPath": os.devnull,  # copier commits in folders of its own
        "core.fsmonitor": "false",
        "init.templateDir": "",
        "maintenance.auto": "false",
    }
    start = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    variables = {"GIT_CONFIG_COUNT": str(start + len(settings))}
    for position, (name, value) in enumerate(settings.items(), start):
        variables[f"GIT_CONFIG_KEY_{position}"] = name
        variables[f"GIT_CONFIG_VALUE_{position}"] = value
    return {**variables, "COPIER_CACHE_DIR": str(template.parent / "cache")}
