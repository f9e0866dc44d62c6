"""The log: one JSON object a line on stderr. Never pictures, tokens or positions.

Of an exception only its kind and the lines of code it went through are written: what it says of
itself may quote what a client sent.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from server.protocol import Failure, Hello, Located

ROOT = Path(__file__).parents[1]
MAX_TRACE = 30
"""Lines of code of one exception, the innermost."""

MAX_CAUSES = 10

REDACTED = "[secret]"

notes: ContextVar[dict[str, Any]] = ContextVar("notes")
"""What is known of the request under way; it goes into each of its lines."""

log = logging.getLogger(__name__)


def note(**fields: object) -> None:
    """Add to what is known of the request under way; nothing outside of one."""
    notes.get({}).update(fields)


def told(logger: logging.Logger, event: str, **fields: object) -> None:
    """Write a line with fields of its own."""
    logger.info(event, extra={"fields": fields})


def told_answer(message: Hello | Located | Failure) -> None:
    """Write a line on an answer on `/ws/locate` that ends a request, a view or a frame.

    The request's id is the client's own word, which may be anything: it is not written.
    """
    if isinstance(message, Failure):
        told(log, "failed", code=message.code.value, view=message.view)
    elif isinstance(message, Located) and message.final:
        told(log, "located", views=message.views, **_rounded(message.timings.model_dump()))


def _rounded(timings: dict[str, float]) -> dict[str, float]:
    return {name: round(ms, 2) for name, ms in timings.items()}


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `secrets` never appear in it, whoever wrote them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
            **notes.get({}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= _fault(record.exc_info[1])
        text = json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text


def _fault(error: BaseException) -> dict[str, Any]:
    """Kinds from the outermost to the first cause, and the trace of the first cause."""
    causes = list(islice(_causes(error), MAX_CAUSES))
    kinds = [type(cause).__name__ for cause in causes]
    return {"error": " from ".join(kinds), "trace": _trace(causes[-1].__traceback__)}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = inner or error.__cause__ or error.__context__


def _trace(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MAX_TRACE:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:])


def write_to_stderr(secrets: Iterable[str]) -> None:
    """Send all logs of this process to stderr, and what ends a thread along with them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(handlers=[handler], force=True)
    logging.getLogger("server").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    threading.excepthook = _told_thread


def _told_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value:
        log.error("a thread ended", exc_info=ended.exc_value)
