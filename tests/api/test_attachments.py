import pytest

from tests.api.house import House

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


async def test_an_image_is_shown_and_never_run(house: House):
    lin = await house.signed_in("lin")
    file = await lin.done("POST", "/attachments", files={"file": ("猫.png", PNG, "text/html")})
    answer = await lin.get(f"http://parley.test{file['url']}")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''%E7%8C%AB")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_anything_else_is_saved_under_a_name_that_fits_its_content(house: House):
    lin = await house.signed_in("lin")
    upload = {"file": ("../../报告.html", "结论:退货".encode(), "text/html")}
    file = await lin.done("POST", "/attachments", files=upload)
    assert (file["name"], file["media_type"]) == ("报告.html.txt", "text/plain")
    answer = await lin.get(f"http://parley.test{file['url']}")
    assert answer.headers["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><script>alert(1)</script></html>", "file_type_refused"),
        (b"MZ\x90\x00", "file_type_refused"),
        (b"", "required"),
    ],
)
async def test_what_may_not_be_attached_is_refused_and_not_kept(house: House, data, code):
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/attachments", files={"file": ("x.png", data)})
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("file", code)]
    assert house.blobs.kept == {}


async def test_a_form_without_a_file_is_refused(house: House):
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/attachments", data={"file": "text"})
    assert problem["status"] == 422


async def test_an_upload_of_somebody_else_is_theirs_alone(house: House):
    lin, boss = await house.signed_in("lin"), await house.signed_in("boss")
    file = await lin.done("POST", "/attachments", files={"file": ("a.png", PNG)})
    assert (await boss.refused("GET", f"/attachments/{file['id']}"))["status"] == 404
