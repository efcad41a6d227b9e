"""The log: one line of text or one JSON object an event, written in batches so that a request never waits for it."""

import json
import logging
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from dockreeve.doors.http import CURRENT

_TEXT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_MOST: Final = 10_000  # lines waiting; further ones are dropped and counted
_BATCH_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 2.0


class Lines(logging.Handler):
    """Writes to a stream in a thread of its own: a terminal or a pipe that nobody reads holds up no request."""

    dropped = 0  # lines, of all handlers

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._something = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write, name="dockreeve-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a line."""
        if len(self._waiting) >= _MOST:
            Lines.dropped += 1
            return
        try:
            self._waiting.append(self.format(record) + "\n")
        except Exception:
            self.handleError(record)
        self._something.set()

    def close(self) -> None:
        """Write what waits; give up on a stream that doesn't take it."""
        self._ending.set()
        self._something.set()
        self._thread.join(_STOP_SECONDS)
        super().close()

    def _write(self) -> None:
        while True:
            self._something.wait()
            self._something.clear()
            ending = self._ending.wait(_BATCH_SECONDS)
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                self._stream.write("".join(batch))
                self._stream.flush()
            except (OSError, ValueError):  # closed
                Lines.dropped += len(batch)
            if ending and not self._waiting:
                return


class JsonLine(logging.Formatter):
    """An event as one JSON object: what happened, and in which request."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")[:-6] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().strip(),
        }
        request = CURRENT.get()
        if request is not None:
            said["request_id"] = request.id
            if request.trace[0]:
                said["trace_id"], said["span_id"] = request.trace
        said |= getattr(record, "fields", {})
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def start_log(stream: TextIO, level: str, form: str, *, in_thread: bool = True) -> None:
    """Log to this stream from now on, and nowhere else. `form`: text or json. A process that forks has no thread."""
    handler = Lines(stream) if in_thread else logging.StreamHandler(stream)
    handler.setFormatter(JsonLine() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
