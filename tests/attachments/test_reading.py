"""Reading what a person attaches: what goes, as what, and what is refused in which words."""

from __future__ import annotations

import os
import random
import socket
import sys
from pathlib import Path

import pytest

from hq_tui.attachments import fit_together, looks_secret, read_file
from hq_tui.attachments.kinds import content_of
from hq_tui.attachments.read import MOST_PICTURE
from hq_tui.core.events import AttachedFile
from hq_tui.core.models import ModelInfo
from hq_tui.errors import UsageError
from tests.support.files import PDF, gif, jpeg, png, webp

FACTS = ModelInfo(id="some-model", window=200_000)

TEXTS = {
    "utf-8": "Grüße, 你好, привет\n",
    "utf-16": "Grüße, 你好\n",
    "utf-32": "Grüße\n",
    "utf-16-le": "plain words in two bytes each\n",
    "utf-16-be": "plain words in two bytes each\n",
    "cp1252": "Straße und Größe, für alle “Leute”\n",
    "shift_jis": "これはテストです。質問をしてください。\n",
    "euc_jp": "これはテストです。質問をしてください。\n",
    "gb18030": "我们的服务是用这个写的,他说要来这里,不是在那里\n",
    "big5": "我們的服務是用這個寫的,他說要來這裡,不是在那裡\n",
    "euc_kr": "이것은 시험입니다 우리는 그것을 하고 있다\n",
    "cp1251": "Привет, это обычный русский текст для проверки\n",
    "koi8_r": "Привет, это обычный русский текст для проверки\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_text_of_any_encoding_is_read_and_one_that_is_not_utf_8_says_so(encoding: str) -> None:
    found = content_of(TEXTS[encoding].encode(encoding))
    assert (found.media, found.wrong) == ("text/plain", "")
    assert found.data.decode("utf-8") == TEXTS[encoding]
    named = encoding.replace("_", "-")
    assert found.said == ("" if encoding == "utf-8" else f"read as {named}, not UTF-8")


@pytest.mark.parametrize(
    ("data", "media", "size"),
    [
        (png(40, 30), "image/png", (40, 30)),
        (jpeg(640, 480), "image/jpeg", (640, 480)),
        (gif(12, 9), "image/gif", (12, 9)),
        (webp(b"VP8X", 300, 200), "image/webp", (300, 200)),
        (webp(b"VP8L", 300, 200), "image/webp", (300, 200)),
        (webp(b"VP8 ", 300, 200), "image/webp", (300, 200)),
        (PDF, "application/pdf", (0, 0)),
    ],
)
def test_pictures_and_pdfs_are_told_by_their_bytes(
    data: bytes, media: str, size: tuple[int, int]
) -> None:
    found = content_of(data)
    assert (found.media, (found.width, found.height), found.wrong) == (media, size, "")
    assert found.data == data
    assert found.tokens > 0


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"\x7fELF" + bytes(90), "is not text, PDF or picture, but a program"),
        (b"PK\x03\x04" + bytes(90), "is not text, PDF or picture, but a ZIP archive"),
        (bytes(range(256)) * 9, "is not text, PDF or picture"),
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "is a damaged picture"),
        (b"\xff\xd8\xff", "is a damaged picture"),
        (PDF + b"trailer<</Encrypt 5 0 R>>", "is a PDF with a password"),
    ],
)
def test_what_cannot_be_sent_is_named(data: bytes, wrong: str) -> None:
    assert content_of(data).wrong.startswith(wrong)


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """A path of every kind that cannot be attached, and words of the sentence for it."""
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    (folder / "folder").mkdir()
    (folder / "binary").write_bytes(bytes(range(256)))
    (folder / "log.txt").write_text("one line of a long log\n" * 600_000)
    (folder / "huge.bin").write_bytes(bytes(30_000_000))
    (folder / "wide.png").write_bytes(png(9_000, 2))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
    return {
        "missing": (folder / "missing.md", "There is no file missing.md."),
        "folder": (folder / "folder", "folder is a folder."),
        "pipe": (folder / "pipe", "pipe is a pipe."),
        "device": (Path("/dev/zero"), "zero is a device, not a file."),
        "socket": (folder / "socket", "socket is a device, not a file."),
        "loop": (folder / "loop", "loop cannot be read: too many levels of symbolic links."),
        "binary": (folder / "binary", "binary is not text, PDF or picture."),
        "long": (folder / "log.txt", "log.txt has 14 MB, about 3,942,858 tokens; 200,000 is"),
        "huge": (folder / "huge.bin", "huge.bin has 30 MB; 23 MB is the most."),
        "wide": (folder / "wide.png", "wide.png has 9000 x 2 pixels; 8000 a side is the most."),
    }


def test_every_kind_of_bad_file_is_refused_in_a_sentence_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)  # as if Pillow were not installed
    said = {}
    for kind, (path, words) in bad_files(tmp_path).items():
        with pytest.raises(UsageError) as refused:
            read_file(path, tmp_path, FACTS)
        assert str(refused.value).startswith(words), kind
        assert refused.value.hint
        said[kind] = str(refused.value)
    assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("name", ["wide.png", "noisy.png", "deep.png"])
def test_a_picture_that_is_too_large_is_scaled_down_where_pillow_is(
    name: str, tmp_path: Path
) -> None:
    image = pytest.importorskip("PIL.Image")
    noise = random.Random(7).randbytes(1_500 * 1_500 * 4)
    made = {
        "wide.png": lambda: image.new("RGB", (9_000, 90), "red"),
        "noisy.png": lambda: image.frombytes("RGB", (1_500, 1_500), noise[: 1_500 * 1_500 * 3]),
        "deep.png": lambda: image.frombytes("RGBA", (1_500, 1_500), noise),
    }
    made[name]().save(tmp_path / name)
    found = read_file(tmp_path / name, tmp_path, FACTS)
    assert max(found.width, found.height) <= 1_568
    assert found.file.size <= MOST_PICTURE
    assert found.said == f"{name}: scaled down to {found.width} x {found.height} pixels"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_rights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("words")
    path.chmod(0)
    with pytest.raises(UsageError, match="cannot be read: permission denied"):
        read_file(path, tmp_path, FACTS)


def test_a_name_that_a_terminal_would_obey_is_shown_safely(tmp_path: Path) -> None:
    path = tmp_path / "new\nline\x1b[31m.md"
    path.write_text("words")
    name = read_file(path, tmp_path, FACTS).file.name
    assert name == "new ⏎ line␛[31m.md"


def test_a_file_is_called_by_its_path_here_and_by_its_name_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    path = tmp_path / "src" / "a.py"
    path.write_text("pass")
    assert read_file(path, tmp_path, FACTS).file.name == "src/a.py"
    assert read_file(path, tmp_path / "src", FACTS).file.name == "a.py"
    assert read_file(path, Path("/nowhere"), FACTS).file.name == "a.py"


def test_names_like_secrets_are_told_whatever_link_leads_there(tmp_path: Path) -> None:
    secret = ".env .env.local id_rsa id_ed25519 key.pem my_secret.txt tls.key .netrc".split()
    plain = ".env.example id_rsa.pub design.md identity.md keyboard.md envelope.txt".split()
    assert [name for name in secret if not looks_secret(tmp_path / name)] == []
    assert [name for name in plain if looks_secret(tmp_path / name)] == []
    (tmp_path / ".ssh").mkdir()
    assert looks_secret(tmp_path / ".ssh" / "config")
    (tmp_path / "id_rsa").write_text("key")
    (tmp_path / "notes.txt").symlink_to("id_rsa")
    assert looks_secret(tmp_path / "notes.txt")


def test_the_files_of_a_session_fit_into_one_request_together(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    loaded = [read_file(tmp_path / "a.txt", tmp_path, FACTS)]
    held = AttachedFile(name="old.pdf", media="application/pdf", size=23_068_670, sha256="0" * 64)
    fit_together(loaded, [])
    with pytest.raises(UsageError, match=r"together would have 23 MB; 23 MB is the most"):
        fit_together(loaded, [held])
    (tmp_path / "big.png").write_bytes(png(2_100, 2))
    big = [read_file(tmp_path / "big.png", tmp_path, FACTS)]
    pictures = [
        AttachedFile(name="p", media="image/png", size=1, sha256=f"{n:064d}") for n in range(20)
    ]
    fit_together(big, pictures[:19])
    with pytest.raises(UsageError, match="With more than 20 pictures none may have more than"):
        fit_together(big, pictures)
