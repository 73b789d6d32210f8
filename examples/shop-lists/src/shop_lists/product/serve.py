"""Makes lists over HTTP, and shows them on a page."""

import argparse
import gc
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import uvicorn
from fastapi import Body, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from ..kit import command
from .opening import Answer, Item, Predictor, open_model

LOCAL = ["127.0.0.1", "localhost"]
Name = Annotated[str, Field(max_length=1000)]


class Person(BaseModel, extra="forbid"):
    """Somebody: a user of the training data, the items of somebody new, or both."""

    user: Name | None = None
    items: Annotated[list[Name], Field(max_length=1000)] = []


@command
def main() -> None:
    """Read the address from the command line and serve until somebody stops it."""
    parser = argparse.ArgumentParser(description="Serve the recommender and its page.")
    parser.add_argument("--host", default=LOCAL[0], help="0.0.0.0 lets other machines ask")
    parser.add_argument("--port", default=8000, type=int, help="1 to 65535")
    if not 0 < (arguments := parser.parse_args()).port < 65536:
        parser.error(f"there is no port {arguments.port}")
    uvicorn.run(create_app(arguments.host), host=arguments.host, port=arguments.port)


def create_app(host: str = LOCAL[0]) -> FastAPI:
    """Return the application with the model loaded."""
    predictor = open_model()
    facts = describe(predictor)
    shown = [{"items": [facts["popular"][0]["item"]]}]
    body = Body(embed=True, min_length=1, max_length=100, examples=[shown])
    app = FastAPI(title=facts["title"], description=facts["question"])
    if host in LOCAL:  # a page elsewhere cannot reach this machine under another name
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL)

    @app.post("/predict", response_model=list[Answer], responses={400: {"description": "no JSON"}})
    async def predict(rows: Annotated[list[Person], body]) -> Any:
        """Make a list for up to 100 people."""
        return [predictor.answer(row.user, row.items) for row in rows]

    async def search(query: Annotated[str, Query(max_length=1000)] = "") -> list[Item]:
        """Return up to 20 items whose title has the query in it."""
        return predictor.search(query, 20)

    async def health() -> dict[str, str]:
        """Say that the model is loaded, and which one."""
        return {"status": "ok", "version": predictor.version}

    async def about() -> dict[str, Any]:
        """Tell what the page shows: the question, the list for everybody, some real users."""
        return facts

    async def page() -> FileResponse:
        return FileResponse(Path(__file__).with_name("page.html"))

    routes: dict[str, Any] = {"/health": health, "/about": about, "/items": search, "/": page}
    for path, answer in routes.items():
        app.get(path, include_in_schema=path != "/")(answer)
        app.head(path, include_in_schema=False)(answer)

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
        """Name field and reason; the input itself may be NaN, which JSON cannot say."""
        errors = [{key: item[key] for key in ("type", "loc", "msg")} for item in error.errors()]
        return JSONResponse({"detail": errors}, 422)

    gc.freeze()  # what is loaded stays: no request waits until all of it was looked through
    return app


def describe(predictor: Predictor) -> dict[str, Any]:
    """Return what the page shows; its users had about as much as most others."""
    settings, model = predictor.settings, predictor.model
    had = np.diff(model.history.indptr)
    close = np.argsort(np.abs(had - max(5, np.median(had))), kind="stable")[:400]
    drawn = np.random.default_rng(0).permutation(close)[:40]
    return settings.project.model_dump() | {
        "user": settings.called("user"),
        "item": settings.called("item"),
        "took": settings.feedback.took,
        "users": len(model.users),
        "items": len(model.titles),
        "popular": [place.model_dump() for place in predictor.answer(None, []).items],
        "examples": [str(name) for name in model.users[drawn]],
        "version": predictor.version,
    }
