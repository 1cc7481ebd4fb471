import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.desk.attachment import (
    MAX_NAME_CHARS,
    MEDIA_TYPES,
    named_for,
    safe_name,
    sniff,
)


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


SAMPLES = {
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "text/plain": "退货单 42".encode(),
    "text/csv": b"sku,quantity\nA1,2\n",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": archive(
        "[Content_Types].xml", "word/document.xml"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": archive(
        "[Content_Types].xml", "xl/workbook.xml"
    ),
    "application/zip": archive("photos/1.jpg"),
    "audio/mpeg": b"\xff\xfb\x90\x64\x00\x00\x00\x00",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "video/mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00",
}


def test_every_allowed_type_has_a_sample():
    assert tuple(SAMPLES) == MEDIA_TYPES


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_file_is_known_by_its_content_whatever_it_is_called(media_type):
    name = "holiday.csv" if media_type == "text/csv" else "invoice.exe"
    kind = sniff(SAMPLES[media_type], name)
    assert kind is not None
    assert kind.media_type == media_type


def test_a_name_gets_the_extension_of_what_the_file_is():
    kind = sniff(SAMPLES["image/png"], "")
    assert kind is not None
    assert named_for("../evil.html", kind) == "evil.html.png"
    assert named_for("Photo.PNG", kind) == "Photo.PNG"


def test_text_of_a_chinese_spreadsheet_program_is_text():
    kind = sniff("型号,数量\n空调,2\n".encode("gb18030"), "清单.csv")
    assert kind is not None
    assert kind.media_type == "text/csv"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"<html><script>alert(1)</script></html>",
        b"  \n<!DOCTYPE html><p>",
        b'<?xml version="1.0"?><svg onload="alert(1)"/>',
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xff\xff\xff\xff\xff",
        b"PK\x03\x04 torn",
        archive("word/document.xml", "word/vbaProject.bin"),
        b"text with \x00 inside",
    ],
)
def test_programs_markup_macros_and_damaged_files_are_refused(data):
    assert sniff(data, "picture.png") is None


@given(st.text(max_size=400))
def test_a_kept_name_has_no_path_and_no_surprises(name):
    kept = safe_name(name)
    assert 0 < len(kept) <= MAX_NAME_CHARS
    assert not set(kept) & set('/\\<>:"|?*\r\n\0')
    assert kept not in {".", ".."}


def test_a_long_name_keeps_its_ending():
    assert safe_name("照" * 300 + ".png").endswith("照.png")
