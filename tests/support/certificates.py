"""Certificates made on the spot, with no tool and no key that lies in a repository.

A certificate is a nest of tagged byte strings with a signature over it, and on a small curve
that is a page of arithmetic. Each one signs itself, so it is trusted by whoever names its
file in SSL_CERT_FILE, and by nobody else.
"""

from __future__ import annotations

import base64
import ipaddress
import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
START = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
"""The curve P-256: its field, the order of its group, and the point it starts from."""
Point = tuple[int, int] | None

CURVE, EC_KEY, SIGNED = "1.2.840.10045.3.1.7", "1.2.840.10045.2.1", "1.2.840.10045.4.3.2"
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))
PAST = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC))
FUTURE = (datetime(2048, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate in a file that can be trusted, and a server's context that shows it."""

    path: Path
    server: ssl.SSLContext


def certificate(
    folder: Path,
    *names: str,
    valid: tuple[datetime, datetime] = ALWAYS,
) -> Certificate:
    """A certificate for these hosts, and the key to it, in `folder`."""
    secret = secrets.randbelow(ORDER - 1) + 1
    public = _public(secret)
    body = _body(names, valid, public)
    whole = _sequence(body, _algorithm(), _bits(_signature(secret, body)))
    key = _sequence(
        _integer(1), _tag(4, secret.to_bytes(32, "big")), _tag(0xA0, _oid(CURVE)),
        _tag(0xA1, _bits(public)),
    )  # fmt: skip
    shown, kept = folder / "certificate.pem", folder / "key.pem"
    shown.write_text(_pem("CERTIFICATE", whole))
    kept.write_text(_pem("EC PRIVATE KEY", key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, kept)
    return Certificate(path=shown, server=context)


def _body(names: tuple[str, ...], valid: tuple[datetime, datetime], public: bytes) -> bytes:
    name = _sequence(_tag(0x31, _sequence(_oid("2.5.4.3"), _tag(12, names[0].encode()))))
    times = _sequence(*(_tag(0x17, f"{one:%y%m%d%H%M%S}Z".encode()) for one in valid))
    key = _sequence(_sequence(_oid(EC_KEY), _oid(CURVE)), _bits(public))
    more = _sequence(
        _extension("2.5.29.19", _sequence(b"\x01\x01\xff"), critical=True),
        _extension("2.5.29.15", b"\x03\x02\x02\x84", critical=True),
        _extension("2.5.29.14", _tag(4, sha256(public).digest()[:20])),
        _extension("2.5.29.17", _sequence(*map(_alternative, names))),
    )
    version, number = _tag(0xA0, _integer(2)), _integer(secrets.randbits(63))
    return _sequence(version, number, _algorithm(), name, times, name, key, _tag(0xA3, more))


def _alternative(name: str) -> bytes:
    try:
        return _tag(0x87, ipaddress.ip_address(name).packed)
    except ValueError:
        return _tag(0x82, name.encode())


def _extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    return _sequence(_oid(oid), b"\x01\x01\xff" if critical else b"", _tag(4, value))


def _algorithm() -> bytes:
    return _sequence(_oid(SIGNED))


def _signature(secret: int, body: bytes) -> bytes:
    digest = int.from_bytes(sha256(body).digest(), "big")
    once = secrets.randbelow(ORDER - 1) + 1
    point = _times(once, START)
    assert point is not None
    first = point[0] % ORDER
    second = pow(once, -1, ORDER) * (digest + first * secret) % ORDER
    return _sequence(_integer(first), _integer(second))


def _public(secret: int) -> bytes:
    point = _times(secret, START)
    assert point is not None
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _times(number: int, point: Point) -> Point:
    result: Point = None
    while number:
        if number & 1:
            result = _plus(result, point)
        point = _plus(point, point)
        number >>= 1
    return result


def _plus(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % FIELD == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, FIELD)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, FIELD)
    x = (slope * slope - x1 - x2) % FIELD
    return x, (slope * (x1 - x) - y1) % FIELD


def _tag(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tag(0x30, b"".join(parts))


def _integer(number: int) -> bytes:
    return _tag(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _tag(3, b"\x00" + content)


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray([40 * first + second])
    for number in rest:
        groups = [number & 127]
        while number := number >> 7:
            groups.append(128 | number & 127)
        content += bytes(reversed(groups))
    return _tag(6, bytes(content))


def _pem(name: str, data: bytes) -> str:
    lines = base64.encodebytes(data).decode().strip()
    return f"-----BEGIN {name}-----\n{lines}\n-----END {name}-----\n"
