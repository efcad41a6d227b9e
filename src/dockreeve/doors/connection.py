"""One HTTP/1.1 connection: what uvicorn's protocol reads, within limits, and without what lets requests be smuggled."""

import asyncio
from collections import deque
from typing import Any, ClassVar
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dockreeve.doors import sendfile
from dockreeve.doors.exchange import Exchange, reason_phrase
from dockreeve.doors.limits import ARRIVED, REASON, TRAFFIC, ZERO_COPY, Limits
from dockreeve.doors.meter import ConnectionCounts

_MALFORMED = (400, "Malformed HTTP request")
_HEAD_TOO_LARGE = (431, "Request Header Fields Too Large")
_HEAD_TOO_SLOW = (408, "Request Timeout")
_BODILESS = frozenset({"GET", "HEAD"})  # methods whose bodies, if any, nobody reads fast
_FULL = (503, "Too many connections")
_COUNTED_AS = {_HEAD_TOO_LARGE: "head_size", _HEAD_TOO_SLOW: "head_time", _FULL: "connections"}


class _Refused(Exception):
    """This request's head can't be served: status and text."""


class Connection(HttpToolsProtocol):
    """uvicorn's protocol within `limits`; its exchanges are `Exchange`s."""

    limits: ClassVar[Limits] = Limits()
    counts: ClassVar[ConnectionCounts] = ConnectionCounts()

    cycle: Exchange
    pipeline: deque[tuple[Exchange, Any]]  # type: ignore[assignment]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._ended = False  # nothing that still comes in counts
        self._in_head = True
        self._unparsed = 0  # bytes fed since the parser last finished anything
        self._head_timer: asyncio.TimerHandle | None = None
        self._extensions: dict[str, Any] = {REASON: {}}

    # the transport's callbacks

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or refuse it when there are too many."""
        super().connection_made(transport)
        self.counts.open += 1
        self.counts.made += 1
        if self.scheme == "http" and sendfile.AVAILABLE and transport.get_extra_info("socket") is not None:
            self._extensions[ZERO_COPY] = {}
        over = len(self.connections) - self.limits.connections
        if over <= 0:
            self._start_head_timer()
        elif over <= self.limits.refusals:
            self._end(_FULL)
        else:
            self._say(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell every exchange."""
        self.counts.open -= 1
        self._stop_head_timer()
        self._ended = True
        for waiting, _ in self.pipeline:
            waiting.lost()
        self.pipeline.clear()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.lost()
        if self._answering is not None:
            self._answering.lost()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the connection is ending."""
        self._unset_keepalive_if_required()
        if self._ended:
            return
        self._unparsed += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # We speak nothing else; on_headers_complete made this the connection's last request.
            self._ended = True
            return
        except httptools.HttpParserError as error:
            refused = error.__context__
            self._malformed(refused.args if isinstance(refused, _Refused) else _MALFORMED)
            return
        if self._unparsed > self.limits.head_bytes:
            self._malformed(_HEAD_TOO_LARGE)
        elif self._in_head:
            self._start_head_timer()
        else:
            self._stop_head_timer()

    # the parser's callbacks

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self._head_size = 0

    def on_url(self, url: bytes) -> None:
        """A part of the request target."""
        super().on_url(url)
        self._head_size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; after the head it is a trailer, which must not look like one."""
        self._head_size += len(name) + len(value)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Make the exchange and start it, or let it wait behind others."""
        self._parsed()
        self._in_head = False
        version, method = self.parser.get_http_version(), self.parser.get_method().decode("ascii")
        self._check_head(version, method)
        try:
            target = httptools.parse_url(self.url)
        except httptools.HttpParserInvalidURLError:
            raise _Refused(*_MALFORMED) from None
        raw_path = target.path or b"/"
        if not raw_path.startswith(b"/"):
            raise _Refused(*_MALFORMED)
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["method"] = method
        scope["http_version"] = version
        scope["raw_path"] = raw_path
        scope["path"] = unquote(raw_path.decode("ascii")) if b"%" in raw_path else raw_path.decode("ascii")
        scope["query_string"] = target.query or b""
        scope["extensions"] = self._extensions
        exchange = Exchange(
            self.limits,
            self.counts,
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue and version == "1.1",
            keep_alive=version == "1.1" and self.parser.should_keep_alive() and not self.parser.should_upgrade(),
            on_response=self.on_response_complete,
        )
        if method not in _BODILESS:
            scope["extensions"] = {**self._extensions, ARRIVED: exchange.arrived}
        scope[TRAFFIC] = self.cycle = exchange
        if self._answering is None:
            self._answering = exchange
            self._start_asgi_task(exchange, self.app)
        elif len(self.pipeline) < self.limits.pipeline:
            self.flow.pause_reading()
            self.pipeline.appendleft((exchange, self.app))
        else:
            raise _Refused(*_MALFORMED)

    def on_body(self, body: bytes) -> None:
        """A part of the current request's body."""
        self._parsed()
        if not self.cycle.response_complete:
            self.cycle.feed(body)

    def on_chunk_complete(self) -> None:
        """A chunk has ended."""
        self._parsed()

    def on_message_complete(self) -> None:
        """The current request is whole."""
        self._parsed()
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()

    # the exchange's callback

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for the client to read the refusal of one whose body was left."""
        answered, self._answering = self._answering, None
        if answered is not None and answered.linger:
            self.server_state.total_requests += 1
            self._linger()
            return
        if self.pipeline:
            self._answering = self.pipeline[-1][0]  # the one that uvicorn is about to start
        super().on_response_complete()

    # limits

    _answering: Exchange | None = None
    _head_size = 0

    def _check_head(self, version: str, method: str) -> None:
        if self._head_size > self.limits.head_bytes or len(self.headers) > self.limits.head_count:
            raise _Refused(*_HEAD_TOO_LARGE)
        if version not in ("1.0", "1.1"):
            raise _Refused(505, "HTTP Version Not Supported")
        if method == "CONNECT":
            raise _Refused(405, "Method Not Allowed")
        hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" and (version == "1.0" or value.strip().lower() != b"chunked"):
                # RFC 9112, section 6.1: what two readers may take for different lengths isn't read at all.
                raise _Refused(501, "Transfer-Encoding Not Implemented")
        if hosts != 1 and not (version == "1.0" and hosts == 0):
            raise _Refused(*_MALFORMED)

    def _parsed(self) -> None:
        self._unparsed = 0

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.limits.head_seconds, self._head_late)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if self._answering is not None:  # the time of a request that waits behind another hasn't begun
            self._start_head_timer()
        else:
            self._end(_HEAD_TOO_SLOW)

    def _malformed(self, refusal: tuple[Any, ...]) -> None:
        """What came in can't be read any further."""
        current = self._answering
        if current is None:
            self._end(refusal)
        elif self.cycle is current and current.more_body:
            # It is this request's own body that is broken: the application must not take what came for the whole.
            current.lost()
            if current.response_started:
                self._ended = True
                self.transport.abort()
            else:
                self._end(refusal)
        else:
            # A good request is being answered; what follows it won't be.
            self._ended = True
            self._stop_head_timer()
            self.pipeline.clear()
            current.keep_alive = False
            self.flow.pause_reading()

    def _end(self, refusal: tuple[Any, ...]) -> None:
        self._say(refusal)
        self._linger()

    def _say(self, refusal: tuple[Any, ...]) -> None:
        self._ended = True
        status, text = refusal
        self.counts.refused[_COUNTED_AS.get((status, text), "malformed")] += 1
        body = f"{text}\n".encode()
        self.transport.write(
            b"HTTP/1.1 %d %s\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
            b"connection: close\r\n\r\n%s" % (status, reason_phrase(text), len(body), body)
        )

    def _linger(self) -> None:
        # Closing with unread input makes the kernel reset the connection, and the client lose the answer.
        self._ended = True
        self._stop_head_timer()
        if self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(self.limits.linger_seconds, self.transport.close)
