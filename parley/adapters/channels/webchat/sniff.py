"""What a file is, told from its content alone; the name and the browser's word are not believed.

Only what is surely one of the known kinds is accepted, so a program, a script or a web page (also
SVG) under any name is refused. Signatures: the formats' specifications, as collected at
en.wikipedia.org/wiki/List_of_file_signatures.
"""

from __future__ import annotations

import io
import zipfile

from parley.adapters.channels.webchat.settings import FileType

MAX_ZIP_ENTRIES = 5_000
_OFFICE: dict[str, FileType] = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MACROS = "vbaproject.bin"
_MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "<script", "<?php", "#!", "<!--")
_MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ")

EXTENSIONS: dict[FileType, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".log", ".csv", ".md"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "video/mp4": (".mp4", ".m4v"),
    "audio/mpeg": (".mp3",),
}


def sniff(data: bytes) -> FileType | None:
    """The kind of file, or None if it is none that we know for sure."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data[4:8] == b"ftyp" and data[8:12] in _MP4_BRANDS:
        return "video/mp4"
    if data.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return "text/plain" if _is_plain_text(data) else None


def named_for(name: str, kind: FileType) -> str:
    """`name` with an extension of its kind, so that a double click opens what was sniffed."""
    extensions = EXTENSIONS[kind]
    return name if name.lower().endswith(extensions) else f"{name}{extensions[0]}"


def _office(data: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if len(names) > MAX_ZIP_ENTRIES or "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith(_MACROS) for name in names):
        return None
    return next((kind for part, kind in _OFFICE.items() if _has(names, part)), None)


def _has(names: list[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def _is_plain_text(data: bytes) -> bool:
    text = _decoded(data)
    if text is None or not text.strip():
        return False
    if any(character < " " and character not in "\t\r\n\f" for character in text):
        return False
    return not text.lstrip("\ufeff \t\r\n").lower().startswith(_MARKUP)


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
