"""Answers over HTTP, and shows the model on a page."""

import argparse  # annotations are evaluated here: the type of a row follows from the data
import gc
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import uvicorn
from fastapi import Body, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import FileResponse, JSONResponse

from ..kit import command
from .opening import find_examples, open_model
from .outcome import Answer, about, find_out_of_order, set_next_time, to_future, update_history

LOCAL = ["127.0.0.1", "localhost"]
REFUSALS: Any = {400: {"description": "no JSON"}, 409: {"description": "a series went on"}}


@command
def main() -> None:
    """Read the address from the command line and serve until somebody stops it."""
    parser = argparse.ArgumentParser(description="Serve the model and its page.")
    parser.add_argument("--host", default=LOCAL[0], help="0.0.0.0 lets other machines ask")
    parser.add_argument("--port", default=8000, type=int, help="1 to 65535")
    if not 0 < (arguments := parser.parse_args()).port < 65536:
        parser.error(f"there is no port {arguments.port}")
    uvicorn.run(create_app(arguments.host), host=arguments.host, port=arguments.port)


def create_app(host: str = LOCAL[0]) -> FastAPI:
    """Return the application with the model loaded."""
    predictor = open_model()
    settings, inputs, examples = predictor.settings, predictor.inputs, find_examples(predictor)
    Row: Any = predictor.row()
    body = Body(embed=True, min_length=1, max_length=1000, examples=[[predictor.typical]])
    app = FastAPI(title=settings.project.title, description=settings.project.question)
    if host in LOCAL:  # a page elsewhere cannot reach this machine under another name
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL)

    def read(rows: list[Any]) -> pd.DataFrame:
        X = predictor.table(rows)
        if len(problems := find_out_of_order(predictor.model, X, settings)):
            found = problems[["column", "problem"]].itertuples()
            raise HTTPException(409, [{"loc": ["body", "rows", *at], "msg": m} for *at, m in found])
        return X

    @app.post("/predict", response_model=list[Answer], responses=REFUSALS)
    async def predict(rows: Annotated[list[Row], body], *, remember: bool = True) -> Any:
        """Answer up to 1,000 rows; null stands for what is not known.

        Rows of a series are remembered, unless `remember` is false: then each is judged alone, as
        if it came next.
        """
        independent = settings.columns.time and not remember
        parts = [read([row]) for row in rows] if independent else [read(rows)]
        found = pd.concat([pd.DataFrame(predictor.answer(part)) for part in parts])
        if remember:
            update_history(predictor.model, parts[0], settings)
        return found.to_dict("records")

    async def health() -> dict[str, str]:
        """Say that the model is loaded, and which one."""
        return {"status": "ok", "version": predictor.version}

    async def describe() -> dict[str, Any]:
        """Tell what the page shows: the question, the inputs, some real rows."""
        shown: dict[str, Any] = {"version": predictor.version, "target": settings.columns.target}
        shown["inputs"] = set_next_time(predictor.model, inputs)
        shown["examples"] = to_future(predictor.model, examples, settings)
        return settings.project.model_dump() | shown | about(predictor.results, settings)

    async def page() -> FileResponse:
        return FileResponse(Path(__file__).with_name("page.html"))

    for path, answer in {"/health": health, "/about": describe, "/": page}.items():
        app.get(path, include_in_schema=path != "/")(answer)
        app.head(path, include_in_schema=False)(answer)

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
        """Name field and reason; the input itself may be NaN, which JSON cannot say."""
        errors = [{key: item[key] for key in ("type", "loc", "msg")} for item in error.errors()]
        return JSONResponse({"detail": errors}, 422)

    gc.freeze()  # what is loaded stays: no request waits until all of it was looked through
    return app
