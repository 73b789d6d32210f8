"""Answers over HTTP, and shows the model on a page."""

import argparse  # annotations are evaluated here: the type of a row follows from the data
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import uvicorn
from fastapi import Body, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ..kit import explained
from .opening import find_examples, open_model
from .outcome import Answer, about
from .rows import conform, make_row

LOCAL = ["127.0.0.1", "localhost"]


class Answers(BaseModel):
    """An answer for each row, in their order, and which model gave them."""

    version: str
    answers: list[Answer]


def main() -> None:
    """Read the address from the command line and serve until somebody stops it."""
    parser = argparse.ArgumentParser(description="Serve the model and its page.")
    parser.add_argument("--host", default=LOCAL[0], help="0.0.0.0 lets other machines ask")
    parser.add_argument("--port", default=8000, type=port, help="1 to 65535")
    given = parser.parse_args()
    explained(lambda: uvicorn.run(create_app(given.host), host=given.host, port=given.port))


def port(text: str) -> int:
    """Return the number of a port; argparse names any other."""
    if not 1 <= int(text) <= 65535:
        raise ValueError(text)
    return int(text)


def create_app(host: str = LOCAL[0]) -> FastAPI:
    """Return the application with the model loaded."""
    opened = open_model()
    settings, inputs, examples = opened.settings, opened.inputs, find_examples(opened)
    written = settings.data.model_copy(update={"dates": {}, "strip": {}, "read": {}})
    typical = {item["name"]: item["typical"] for item in inputs}
    Row: Any = make_row(inputs)
    body = Body(embed=True, min_length=1, max_length=1000, examples=[[typical]])
    app = FastAPI(title=settings.project.title, description=settings.project.question)
    if host in LOCAL:  # a page elsewhere cannot reach this machine under another name
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL)

    @app.post("/predict", response_model=Answers)
    async def predict(rows: Annotated[list[Row], body]) -> Any:
        """Answer up to 1,000 rows; null stands for what is not known."""
        raw = pd.DataFrame([row.model_dump(by_alias=True) for row in rows])
        numbers = {item["name"]: float for item in inputs if item["kind"] == "numeric"}
        X, problems = conform(raw.astype(numbers), inputs, written)
        if len(problems):
            refused = problems[["column", "problem"]].itertuples()
            told = ((("body", "rows", *place), said) for *place, said in refused)
            raise RequestValidationError([{"type": "value", "loc": at, "msg": m} for at, m in told])
        return {"version": opened.version, "answers": opened.answer(X).to_dict("records")}

    async def health() -> dict[str, str]:
        """Say that the model is loaded, and which one."""
        return {"status": "ok", "version": opened.version}

    async def tell() -> dict[str, Any]:
        """Tell what the page shows: the question, the inputs, some real rows."""
        ranked = opened.results.get("diagnose", {}).get("importance", [])
        shown = {"inputs": inputs, "examples": examples, "version": opened.version}
        shown["importance"] = [each["feature"] for each in ranked]
        return settings.project.model_dump() | shown | about(opened.results, settings)

    async def page() -> FileResponse:
        return FileResponse(Path(__file__).with_name("page.html"))

    for path, answer in {"/health": health, "/about": tell, "/": page}.items():
        app.get(path, include_in_schema=path != "/")(answer)
        app.head(path, include_in_schema=False)(answer)

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
        """Name field and reason; the input itself may be NaN, which JSON cannot say."""
        told = [{key: each[key] for key in ("type", "loc", "msg")} for each in error.errors()]
        return JSONResponse({"detail": told}, 422)

    return app
