"""Parts are composed into the template of a type, and rendered as copier renders them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import copier
import pytest
import yaml
from conftest import LAYERS, PARTS, write_files

from mlscaffold.catalog import Catalog
from mlscaffold.compose import compose
from mlscaffold.errors import MlscaffoldError
from mlscaffold.render import render

PAGE = {"src/small_numbers/page/app.py", "src/small_numbers/page/answer.js"}
SERVE = {"src/small_numbers/serve.py"}
NOTES = {"NOTES.md", "notes/first.md"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return composed(tmp_path, PARTS)


def composed(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Compose the templates `files`."""
    write_files(folder / "layers", files)
    compose(folder / "layers", folder / "template")
    return folder / "template"


def make(template: Path, folder: Path, **answers: object) -> Path:
    render(template, folder, {"project_type": "numbers", **answers}, {"_src_path": str(template)})
    return folder


def look(folder: Path) -> dict[str, bytes | None]:
    """Return every path below `folder`; with its content where it is a file."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("project_type", ["numbers", "labels"])
@pytest.mark.parametrize(
    "parts", [None, [], ["page"], ["notes"], ["page", "notes"], ["notes", "page"]], ids=str
)
def test_project_with_parts_is_the_one_that_copier_makes(
    template: Path, tmp_path: Path, project_type: str, parts: list[str] | None
) -> None:
    given: dict[str, object] = {"project_type": project_type}
    if parts is not None:
        given["parts"] = [part for part in parts if project_type == "numbers" or part != "page"]
    make(template, tmp_path / "ours", **given)
    copier.run_copy(str(template), tmp_path / "copiers", data=given, defaults=True, quiet=True)
    assert look(tmp_path / "ours") == look(tmp_path / "copiers")


def test_chosen_parts_are_there_and_the_others_are_not(template: Path, tmp_path: Path) -> None:
    without = set(look(make(template, tmp_path / "without", parts=[])))
    both = set(look(make(template, tmp_path / "both", parts=["page", "notes"])))
    folders = {"src/small_numbers/page", "notes"}
    assert both - without == PAGE | SERVE | NOTES | folders | {"notes/numbers.md"}
    page = set(look(make(template, tmp_path / "page", parts=["page"])))
    assert page - without == PAGE | SERVE | {"src/small_numbers/page"}


def test_file_that_all_have_can_depend_on_the_parts(template: Path, tmp_path: Path) -> None:
    project = make(template, tmp_path / "with", parts=["page"])
    assert '"fastapi"' in (project / "pyproject.toml").read_text()
    project = make(template, tmp_path / "without", parts=[])
    assert '"fastapi"' not in (project / "pyproject.toml").read_text()


def test_answers_file_lists_the_parts_in_the_order_of_the_templates(
    template: Path, tmp_path: Path
) -> None:
    project = make(template, tmp_path / "project", parts=["notes", "page", "notes"])
    said = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert said["parts"] == ["page", "notes"]


def test_project_made_before_there_were_parts_gets_those_it_had(
    template: Path, tmp_path: Path
) -> None:
    project = make(template, tmp_path / "project")
    assert set(look(project)) >= PAGE | SERVE
    assert not set(look(project)) & NOTES


def test_part_that_the_type_does_not_have_is_refused(template: Path, tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError) as error:
        make(template, tmp_path / "project", project_type="labels", parts=["page"])
    assert error.value.hint == "choose among: notes"
    assert not (tmp_path / "project").exists()


def test_file_of_two_parts_is_there_with_either_one(tmp_path: Path) -> None:
    both = {f"parts/{part}/all/shared/x.txt": "x" for part in ("page", "notes")}
    template = composed(tmp_path, {**PARTS, **both, "parts/notes/all/shared/y.txt": "y"})
    for parts in ([], ["page"], ["notes"]):
        project = make(template, tmp_path / f"ours{len(parts)}{parts}", parts=parts)
        data = {"project_type": "numbers", "parts": parts}
        other = tmp_path / f"copiers{parts}"
        copier.run_copy(str(template), other, data=data, defaults=True, quiet=True)
        assert look(project) == look(other)
        assert (project / "shared" / "x.txt").exists() == bool(parts)
        assert (project / "shared" / "y.txt").exists() == (parts == ["notes"])


def test_path_of_a_part_in_one_type_may_be_there_always_in_another(tmp_path: Path) -> None:
    always = {
        "layers.toml": str(PARTS["layers.toml"]).replace(
            'layers = ["base"]', 'layers = ["base", "labels"]'
        ),
        "labels/src/{{ package }}/serve.py": "PORT = 1\n",
    }
    template = composed(tmp_path, {**PARTS, **always})
    project = make(template, tmp_path / "labels", project_type="labels", parts=[])
    assert (project / "src" / "flowers_labels" / "serve.py").read_text() == "PORT = 1\n"
    assert not SERVE & set(look(make(template, tmp_path / "numbers", parts=[])))


@pytest.mark.parametrize(
    "path", ["src/{{ package }}/data.py", "src/{{ package }}/data.py.jinja", "LICENSE"]
)
def test_part_cannot_replace_a_file_of_the_study(tmp_path: Path, path: str) -> None:
    with pytest.raises(MlscaffoldError, match="would replace a file"):
        composed(tmp_path, {**PARTS, f"parts/page/numbers/{path}": "other"})


def test_parts_cannot_replace_files_of_each_other(tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError, match="would replace a file"):
        composed(tmp_path, {**PARTS, "parts/notes/all/src/{{ package }}/serve.py": "other"})


def test_part_without_files_for_a_type_is_refused(tmp_path: Path) -> None:
    empty = {key: text for key, text in PARTS.items() if not key.startswith("parts/page")}
    with pytest.raises(MlscaffoldError, match="`page` has no files for numbers"):
        composed(tmp_path, empty)


def test_templates_without_parts_do_not_ask_for_any(tmp_path: Path) -> None:
    template = composed(tmp_path, LAYERS)
    assert "parts" not in yaml.safe_load((template / "copier.yml").read_text())
    assert Catalog(template).parts("numbers") == {}


def test_catalog_knows_the_parts_of_a_type(template: Path) -> None:
    catalog = Catalog(template)
    assert list(catalog.parts("numbers")) == ["page", "notes"]
    assert catalog.part("labels", "notes").summary == "Notes on what was tried"
    with pytest.raises(MlscaffoldError) as error:
        catalog.part("numbers", "pages")
    assert error.value.hint == "did you mean `page`? there are `page`, `notes`"
