"""Which files may be attached, told by their content and never by their name or declared type.

Sources: the formats' own signatures (PNG, JFIF, GIF, RIFF, PDF, ZIP/OPC, ID3/MPEG, ISO BMFF);
the idea of a closed list is OWASP's File Upload Cheat Sheet.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

MAX_NAME_CHARS = 120
MAX_ARCHIVE_ENTRIES = 5_000  # of a docx or xlsx, whose list of parts is read
TEXT_CONTROLS = frozenset(b"\t\n\r\f")
MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "<script", "<?php", "<!--", "#!")


@dataclass(frozen=True, slots=True)
class FileType:
    media_type: str  # as entry points list it
    extensions: tuple[str, ...]
    inline: bool = False  # a browser may show it without ever running anything


_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES: dict[str, FileType] = {
    "png": FileType("image/png", (".png",), inline=True),
    "jpeg": FileType("image/jpeg", (".jpg", ".jpeg"), inline=True),
    "gif": FileType("image/gif", (".gif",), inline=True),
    "webp": FileType("image/webp", (".webp",), inline=True),
    "pdf": FileType("application/pdf", (".pdf",)),
    "txt": FileType("text/plain", (".txt", ".log", ".md")),
    "csv": FileType("text/csv", (".csv",)),
    "docx": FileType(_OFFICE + "wordprocessingml.document", (".docx",)),
    "xlsx": FileType(_OFFICE + "spreadsheetml.sheet", (".xlsx",)),
    "zip": FileType("application/zip", (".zip",)),
    "mp3": FileType("audio/mpeg", (".mp3",)),
    "wav": FileType("audio/wav", (".wav",)),
    "mp4": FileType("video/mp4", (".mp4", ".m4v")),
}
MEDIA_TYPES: tuple[str, ...] = tuple(kind.media_type for kind in _TYPES.values())
INLINE_MEDIA_TYPES = frozenset(kind.media_type for kind in _TYPES.values() if kind.inline)


def sniff(data: bytes, name: str) -> FileType | None:
    """What `data` really is, or None if it is nothing of the closed list.

    The name only tells csv from txt, which look the same.
    """
    key = _signature(data)
    if key == "zip":
        key = _archive(data)
    if key is None and _is_text(data):
        key = "csv" if name.lower().endswith(".csv") else "txt"
    return _TYPES[key] if key else None


def named_for(name: str, kind: FileType) -> str:
    """A safe `name` with an extension of its kind, so that a double click opens what was sniffed."""
    kept = safe_name(name)
    return kept if kept.lower().endswith(kind.extensions) else f"{kept}{kind.extensions[0]}"


def safe_name(name: str) -> str:
    """A file name without path, control characters or more than MAX_NAME_CHARS; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    if len(printable) > MAX_NAME_CHARS:
        stem, dot, ending = printable.rpartition(".")
        keep = MAX_NAME_CHARS - len(ending) - 1
        printable = f"{stem[:keep]}.{ending}" if dot and keep > 0 else printable[:MAX_NAME_CHARS]
    return printable or "file"


def blob_key(tenant_id: str, file_id: str) -> str:
    """Where the bytes of an attachment are kept."""
    return f"{tenant_id}/{file_id}"


def _signature(data: bytes) -> str | None:
    head = data[:16]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12])
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"ID3") or _is_mpeg_audio(data):
        return "mp3"
    return None


def _is_mpeg_audio(data: bytes) -> bool:
    """An MPEG audio frame header: 11 sync bits, layer III, a legal bit rate and sample rate."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return False
    return data[2] >> 4 not in (0, 15) and data[2] >> 2 & 3 != 3


def _archive(data: bytes) -> str | None:
    """docx and xlsx are ZIP archives with a known part; a broken archive is nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if len(names) > MAX_ARCHIVE_ENTRIES:
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None  # macros
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else "zip"


def _is_text(data: bytes) -> bool:
    """UTF-8 or GB 18030 without control characters, and not markup that a browser would run."""
    text = _decoded(data)
    if not text or any(byte < 32 and byte not in TEXT_CONTROLS for byte in data):
        return False
    return not text.lstrip("\ufeff \t\r\n\f").lower().startswith(MARKUP)


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
