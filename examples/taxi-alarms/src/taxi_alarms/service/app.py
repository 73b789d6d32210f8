"""The web application: what every project answers, and how it says no.

Endpoints are coroutines, so that requests take turns: scikit-learn swaps the warning filters of the
whole process while it predicts, and Python's lock lets threads compute no faster than one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from ..command import ProjectError, say
from ..project import load_settings
from ..results import Results, check_fresh, model_version, read_results
from .limits import LARGEST_BODY, BodyLimit, RequestLog
from .problems import NOT_JSON, Problem, describe
from .routes import add_routes

PAGE = Path(__file__).parent / "page"
OWN = {"content-security-policy": "default-src 'self'"}  # the page loads nothing from elsewhere
SHOWN = 20  # problems of one request


class Health(BaseModel):
    """Which model answers, and what it was made from."""

    status: str
    model: str
    model_version: str
    trained: str
    commit: str
    data_sha256: str
    code_sha256: str


class Refusal(BaseModel):
    """Why a request got no answer; each problem names the field."""

    error: str
    problems: list[Problem]


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The body is not JSON"},
    404: {"model": Refusal, "description": "There is no such thing"},
    413: {"model": Refusal, "description": f"The body is larger than {LARGEST_BODY:,} bytes"},
    422: {"model": Refusal, "description": "A field is wrong; the answer names it"},
}


def create_app(root: Path) -> FastAPI:
    """Return the application of the project in `root`; the model is loaded once, here."""
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)

    @asynccontextmanager
    async def tell(app: FastAPI) -> AsyncIterator[None]:
        say(f"model {results['choice']['chosen']} is ready")
        yield
        say("stopped")

    app: FastAPI = FastAPIOffline(  # its /docs needs no other host
        title=settings.project.title,
        description=settings.project.question,
        version=model_version(results),
        lifespan=tell,
        redoc_url=None,
        responses=REFUSALS,
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestLog, model_version=model_version(results))
    app.add_exception_handler(RequestValidationError, refuse_values)
    app.add_exception_handler(HTTPException, refuse)
    app.add_exception_handler(ProjectError, refuse_project)
    add_routes(app, root, settings, results)
    health = describe_model(results)

    @app.get("/health")
    async def report_health() -> Health:
        """Say which model answers, and what it was made from."""
        return health

    @app.get("/", include_in_schema=False)
    async def show_page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers=OWN)

    app.mount("/static", StaticFiles(directory=PAGE))
    return app


def describe_model(results: Results) -> Health:
    """Return where the model comes from."""
    run = results["run"]
    return Health(
        status="ok",
        model=results["choice"]["chosen"],
        model_version=model_version(results),
        trained=run["date"],
        commit=run["commit"],
        data_sha256=run["hashes"]["data"],
        code_sha256=run["hashes"]["code"],
    )


def refuse_values(_: Request, error: Exception) -> Response:
    """Name every field that is wrong."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    problems = [describe(each) for each in error.errors()[:SHOWN]]
    status = 400 if problems[0].problem.startswith(NOT_JSON) else 422
    return answer(status, str(problems[0]), problems)


def refuse(request: Request, error: Exception) -> Response:
    """Say what does not exist, is too large or is not allowed."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    known = {
        "There was an error parsing the body": f"body: {NOT_JSON} that can be read; is it UTF-8?",
        "Not Found": f"there is nothing at {request.url.path}, see /docs",
        "Method Not Allowed": f"{request.url.path} does not take {request.method}, see /docs",
    }
    said = known.get(error.detail, error.detail)
    return answer(error.status_code, said, [], error.headers)


def refuse_project(_: Request, error: Exception) -> Response:
    """Pass on what the study itself refuses."""
    assert isinstance(error, ProjectError)  # noqa: S101 - what it is registered for
    return answer(422, f"{error}; {error.hint}", [])


def answer(status: int, error: str, problems: list[Problem], headers: Any = None) -> JSONResponse:
    """Return a refusal."""
    content = Refusal(error=error, problems=problems).model_dump()
    return JSONResponse(content, status, headers=headers)
