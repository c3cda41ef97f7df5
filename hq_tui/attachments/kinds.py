"""Tell the kind of a file from its bytes: text in some encoding, PDF, picture, or none of these.

Bytes in, values out. The encoding of a text that is not UTF-8 is a guess, and is said.
"""

from __future__ import annotations

import codecs
import re
import struct
from dataclasses import dataclass

from hq_tui.core.usage import estimate_tokens

TEXT, PDF = "text/plain", "application/pdf"
_PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x1f\x8b": "compressed with gzip",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"(\xb5/\xfd": "compressed with zstd",
}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON = {
    "shift_jis": "".join(map(chr, range(0x3041, 0x3094))) + "、。",
    "euc_jp": "".join(map(chr, range(0x3041, 0x3094))) + "、。",
    "gb18030": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能,。",
    "big5": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能,。",
    "euc_kr": "이다는에의가을를은한하고지도로기사아시그나인대라",
    "cp1251": "оеаинтсрвлкмдпуяыьг",
    "koi8_r": "оеаинтсрвлкмдпуяыьг",
}
"""The characters that a text in each of these is full of, where it is one."""
_LIKELY = 0.3
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_PAGE_TOKENS, _PAGE_BYTES = 2_300, 60_000
_EDGE, _AREA_OF_A_TOKEN = 1_568, 750


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes as they are sent. `wrong` says why they cannot be, `said` how they were read."""

    media: str = ""
    data: bytes = b""
    tokens: int = 0
    said: str = ""
    wrong: str = ""
    width: int = 0
    height: int = 0
    pages: int = 0


def content_of(data: bytes) -> Content:
    """Recognize these bytes."""
    if data[:1024].lstrip()[:5] == b"%PDF-":
        return _pdf(data)
    if media := picture_kind(data):
        width, height = dimensions(data, media)
        return Content(
            media=media,
            data=data,
            tokens=picture_tokens(width, height),
            width=width,
            height=height,
            wrong="" if width and height else "is a damaged picture",
        )
    return _text(data)


def picture_kind(data: bytes) -> str:
    """The media type of a picture that can be sent; empty for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((media for media, begin in _PICTURES.items() if data.startswith(begin)), "")


def _pdf(data: bytes) -> Content:
    pages = len(_PAGE.findall(data))
    wrong = "is a PDF with a password" if b"/Encrypt" in data[-4096:] else ""
    known = pages or max(1, len(data) // _PAGE_BYTES)
    return Content(media=PDF, data=data, tokens=known * _PAGE_TOKENS, pages=pages, wrong=wrong)


def _text(data: bytes) -> Content:
    foreign = next((what for begin, what in _FOREIGN.items() if data.startswith(begin)), "")
    encoding = "" if foreign else _encoding(data)
    if not encoding:
        return Content(wrong=f"is not text, PDF or picture{f', but {foreign}' * bool(foreign)}")
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    if not text.strip():
        return Content(wrong="is empty")
    said = "" if encoding == "utf-8" else f"read as {encoding.replace('_', '-')}, not UTF-8"
    kept = text.encode("utf-8", "replace")
    return Content(media=TEXT, data=kept, tokens=estimate_tokens(len(kept)), said=said)


def _encoding(data: bytes) -> str:
    """The encoding of a text; empty where it is none."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name if _decodes(data, name) else ""
    head = data[:65536]
    if b"\0" in head:
        for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) > len(zeros) * 0.6 and _decodes(data, name):
                return name
        return ""
    if len(_CONTROL.findall(head)) > len(head) // 100:
        return ""
    if _decodes(data, "utf-8"):
        return "utf-8"
    likely = max(_COMMON, key=lambda name: _share(data[:65536], name))
    if _share(head, likely) >= _LIKELY and _decodes(data, likely):
        return likely
    return "cp1252" if _decodes(data, "cp1252") else "latin-1"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _share(data: bytes, encoding: str) -> float:
    """The share of non-ASCII characters that are common in a text of this encoding."""
    text = data.decode(encoding, "ignore")
    high = [one for one in text if ord(one) > 0x7F]
    lost = sum(one > 0x7F for one in data) - sum(len(o.encode(encoding, "ignore")) for o in high)
    common = set(_COMMON[encoding])
    return sum(one in common for one in high) / (len(high) + max(0, lost)) if high else 0.0


def dimensions(data: bytes, media: str) -> tuple[int, int]:
    """Width and height of a picture in pixels; zeros where they cannot be read."""
    try:
        match media:
            case "image/png":
                return struct.unpack(">II", data[16:24])
            case "image/gif":
                return struct.unpack("<HH", data[6:10])
            case "image/webp":
                return _webp(data)
            case _:
                return _jpeg(data)
    except (struct.error, IndexError):
        return 0, 0


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        kind = data[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0] if kind != 0xFF else 1
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", data[26:30]))
    return width, height


def picture_tokens(width: int, height: int) -> int:
    """Tokens of a picture, once it is scaled down as the API does it."""
    scale = min(1.0, _EDGE / max(width, height, 1))
    return min(1_600, int(width * height * scale * scale / _AREA_OF_A_TOKEN) + 1)
