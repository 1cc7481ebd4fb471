"""Attachments: told by their content, never run, and only for whom they are meant."""

import io
import zipfile
from typing import Any

import pytest

from parley.adapters.channels.webchat import files
from tests.contract.channels.house import House

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def office(part: str, *more: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "x")
    return packed.getvalue()


async def upload(house: House, token: str, name: str, data: bytes) -> Any:
    async with house.http() as http:
        return await http.post(
            "/chat/v1/attachments",
            headers={"authorization": f"Bearer {token}"},
            files={"file": (name, data, "image/png")},
        )


async def test_a_picture_goes_with_a_message_and_opens_by_its_link(house: House):
    line = await house.visitor()
    stored = (await upload(house, line.token, "洗衣机.png", PNG)).json()
    await line.said("", attachments=[stored["id"]])
    message = (await line.next("message"))["message"]
    (file,) = message["attachments"]
    async with house.http() as http:
        answer = await http.get(file["url"])
        assert answer.content == PNG
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox")
        tampered = await http.get(file["url"].replace(file["id"], "att_other"))
        assert tampered.status_code == 401
        house.clock.ahead_s = 25 * 3600
        assert (await http.get(file["url"])).json()["code"] == "link_expired"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.png", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(100)),
        ("photo.png", b"\x7fELF\x02\x01\x01" + bytes(100)),
        ("photo.png", b"\xca\xfe\xba\xbe" + bytes(100)),
        ("photo.png", b"#!/bin/sh\nrm -rf /\n"),
        ("photo.png", b"<html><script>alert(1)</script>"),
        ("photo.png", b"\xef\xbb\xbf  <!DOCTYPE html>"),
        ("photo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("report.docx", office("word/document.xml", "word/vbaProject.bin")),
        ("report.docx", office("evil.exe")),
        ("photo.png", b"PK\x03\x04 not really"),
    ],
)
async def test_what_could_be_run_is_refused_whatever_its_name(house: House, name: str, data: bytes):
    token = (await house.session())["token"]
    answer = await upload(house, token, name, data)
    assert (answer.status_code, answer.json()["code"]) == (422, "file_type_refused")
    assert not house.blobs.kept


@pytest.mark.parametrize(
    ("data", "kind", "extension"),
    [
        (b"%PDF-1.7 ...", "application/pdf", ".pdf"),
        ("型号,价格\nKFR-35,3999".encode(), "text/plain", ".txt"),
        ("型号,价格".encode("gb18030"), "text/plain", ".txt"),
        (office("xl/workbook.xml"), "spreadsheetml.sheet", ".xlsx"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg", ".jpg"),
    ],
)
async def test_known_kinds_are_told_by_content(
    house: House, data: bytes, kind: str, extension: str
):
    token = (await house.session())["token"]
    stored = (await upload(house, token, "../a b.exe", data)).json()
    assert stored["media_type"].endswith(kind)
    assert stored["name"] == f"a b.exe{extension}"


async def test_a_file_over_the_limit_is_refused(house: House):
    token = (await house.session())["token"]
    answer = await upload(house, token, "big.png", PNG + bytes(64 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert answer.json()["values"] == {"limit": 64 * 1024}


async def test_a_visitor_who_only_uploads_is_stopped(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "UNSENT_BYTES", len(PNG) + 1)
    line = await house.visitor()
    stored = (await upload(house, line.token, "a.png", PNG)).json()
    answer = await upload(house, line.token, "b.png", PNG)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_uploads")
    assert stored["id"]


async def test_nobody_sends_a_file_of_somebody_else(house: House):
    stored = (await upload(house, (await house.session())["token"], "a.png", PNG)).json()
    line = await house.visitor()
    line.send("", attachments=[stored["id"]])
    assert (await line.error())["code"] == "file_unknown"
