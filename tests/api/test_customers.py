from parley.core.desk.customer import Order
from tests.api.house import House


async def test_a_customer_is_made_found_changed_and_audited(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done(
        "POST",
        "/customers",
        json={"name": " 王晓燕 ", "tier": "VIP", "phone": "+8613800138000", "tags": ["老客户"]},
    )
    assert (made["name"], made["version"], made["tags"]) == ("王晓燕", 1, ["老客户"])
    listed = await admin.done("GET", "/customers", params={"text": "晓燕"})
    assert [row["id"] for row in listed["items"]] == [made["id"]]
    at = f"/customers/{made['id']}"
    changed = await admin.done("PATCH", at, json={"version": 1, "city": "杭州", "tier": None})
    assert (changed["city"], changed["tier"], changed["name"]) == ("杭州", None, "王晓燕")
    assert changed["version"] == 2
    audit = [(e.action, e.fields) for e in await house.audit("customer")]
    assert audit == [("created", ()), ("changed", ("tier", "city"))]


async def test_who_was_slower_is_told_and_overwrites_nothing(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/customers", json={"name": "王"})
    at = f"/customers/{made['id']}"
    await admin.done("PATCH", at, json={"version": 1, "name": "李"})
    problem = await admin.refused("PATCH", at, json={"version": 1, "name": "赵"})
    assert (problem["status"], problem["code"]) == (409, "version_changed")
    assert (await admin.done("GET", at))["name"] == "李"


async def test_a_name_cannot_be_taken_away(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/customers", json={"name": "王"})
    problem = await admin.refused(
        "PATCH", f"/customers/{made['id']}", json={"version": 1, "name": None}
    )
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("name", "required")]


async def test_what_changes_nothing_is_no_change(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/customers", json={"name": "王"})
    same = await admin.done("PATCH", f"/customers/{made['id']}", json={"version": 1, "name": "王"})
    assert same["version"] == 1


async def test_reading_by_somebody_who_does_not_serve_them_is_audited_once(house: House):
    await house.ready("lin")
    customer = await house.customer()
    await house.served("lin", customer=customer)
    lin, boss = await house.signed_in("lin"), await house.signed_in("boss")
    for _ in range(3):
        await lin.done("GET", f"/customers/{customer.id}")
        await boss.done("GET", f"/customers/{customer.id}")
    readings = [e for e in await house.audit("customer") if e.action == "read"]
    assert [(e.by, e.customer_id) for e in readings] == [(house.id("boss"), customer.id)]
    house.clock.ahead_s += 3600
    await boss.done("GET", f"/customers/{customer.id}")
    assert len([e for e in await house.audit("customer") if e.action == "read"]) == 2


async def test_a_new_name_shows_on_live_work_at_once(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    customer = await house.customer("访客 12")
    asked = await house.served("lin", customer=customer)
    await lin.done("PATCH", f"/customers/{customer.id}", json={"version": 1, "name": "王晓燕"})
    row = await lin.done("GET", f"/interactions/{asked}")
    assert row["work"]["customer"]["name"] == row["customer"]["name"] == "王晓燕"


async def test_orders_are_shown_newest_first(house: House):
    admin = await house.signed_in("admin")
    customer = await house.customer()
    for number in (1, 2):
        await house.store.customers.save_order(
            house.tenant,
            Order(f"MY{number}", customer.id, 1_800_000_000.0 + number, "shipped", "99.00", "CNY"),
        )
    orders = (await admin.done("GET", f"/customers/{customer.id}/orders"))["items"]
    assert [order["id"] for order in orders] == ["MY2", "MY1"]
    assert orders[0]["placed_at"] == "2027-01-15T08:00:02.000Z"


async def test_the_timeline_mixes_interactions_and_tickets_and_pages_without_gap(house: House):
    await house.ready("lin")
    lin, admin = await house.signed_in("lin"), await house.signed_in("admin")
    customer = await house.customer()
    expected = []
    for n in range(20):
        asked = await house.served("lin", f"第 {n} 次", customer=customer)
        ticket = await lin.done(
            "POST", "/tickets", json={"subject": f"{n}", "interaction_id": asked}
        )
        await lin.done("POST", f"/interactions/{asked}/close")
        await lin.done("POST", f"/interactions/{asked}/wrap-up", json={"disposition": "solved"})
        expected += [asked, ticket["id"]]
    seen, cursor = [], None
    while True:
        page = await admin.done(
            "GET",
            f"/customers/{customer.id}/timeline",
            params={"cursor": cursor} if cursor else {},
        )
        seen += [item[item["kind"]]["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == expected[::-1]
    problem = await admin.refused("GET", f"/customers/{customer.id}/timeline?cursor=abc")
    assert problem["code"] == "bad_cursor"
