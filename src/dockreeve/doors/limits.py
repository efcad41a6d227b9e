"""What a connection may take, and what ours offers beyond plain ASGI."""

from dataclasses import dataclass

# ASGI extensions that we offer: a part of an open file as a body; `reason` in http.response.start as the HTTP/1.1
# reason phrase (containerd and BuildKit print nothing else of a refused HEAD); and, with requests that have a body, a
# function that gives the buffers that have come since the last `receive`, for a body in chunks comes in thousands.
ZERO_COPY = "http.response.zerocopysend"
REASON = "dockreeve.reason"
TRAFFIC = "dockreeve.traffic"  # in the scope: what this request moved so far (`Traffic` in meter.py)
ARRIVED = "dockreeve.arrived"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them together, may take."""

    connections: int = 10_000  # at a time
    refusals: int = 256  # connections beyond those that get the time to read that they are too many
    head_bytes: int = 64 * 1024  # request line and headers; trailers and chunk extensions likewise
    head_count: int = 100  # headers
    head_seconds: float = 10.0  # from the first byte of a request, or the connection, to the end of its headers
    body_bytes: int = 1024 * 1024  # of a request's body waiting for the application
    pipeline: int = 16  # requests waiting behind the one that is answered
    stall_seconds: float = 60.0  # a download that moves nothing for so long is cut
    linger_seconds: float = 2.0  # for the client to read a refusal before the connection goes
