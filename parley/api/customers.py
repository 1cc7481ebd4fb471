"""Customers and their orders. timeline.py has what happened with them.

Changes are audited; so is reading by somebody who isn't serving the customer.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query

from parley.api.audit import audit_reading, recorded
from parley.api.caller import Caller, CustomersReader, CustomersWriter
from parley.api.center import customer_changed
from parley.api.limits import QUERY_CHARS
from parley.api.paging import Paging
from parley.api.permissions import Scope
from parley.api.problems import FieldErrors, field_error
from parley.api.rows import customer_row
from parley.api.schemas.common import Id, PageOf
from parley.api.schemas.desk import (
    Customer,
    CustomerAddress,
    CustomerCreate,
    CustomerDetail,
    CustomerPatch,
    Order,
    OrderList,
)
from parley.api.scope import visible_customer
from parley.core.desk import customer as core
from parley.ids import new_id

ORDERS = 50
REQUIRED = ("name", "priority", "language", "tags", "fields", "note")  # can't become null

router = APIRouter(prefix="/customers", tags=["customers"])


@router.get("", operation_id="customer_list")
async def list_customers(
    caller: CustomersReader,
    page: Paging,
    text: Annotated[str, Query(max_length=QUERY_CHARS)] = "",
) -> PageOf[Customer]:
    """By name, phone, e-mail, order number or tag; newest first without a text."""
    own = caller.scope is Scope.OWN
    found = await caller.store.customers.search(
        caller.tenant_id,
        text.strip(),
        page.cursor,
        page.limit,
        served_by=caller.id if own else None,
    )
    return PageOf(items=[customer_row(c) for c in found.items], next_cursor=found.next_cursor)


@router.post("", operation_id="customer_create", status_code=201)
async def create_customer(body: CustomerCreate, caller: CustomersWriter) -> CustomerDetail:
    now = caller.now()
    values = body.model_dump()
    await _check_dedicated(caller, body.dedicated_agent)
    values["tags"] = tuple(values["tags"])
    customer = core.Customer(id=new_id("cus"), created_at=now, updated_at=now, **values)
    event = recorded(caller, "customer", customer.id, "created", customer_id=customer.id)
    stored = await caller.store.customers.save(caller.tenant_id, customer, [event], new=True)
    return await _detail(caller, stored)


@router.get("/{customer_id}", operation_id="customer_get")
async def get_customer(customer_id: Id, caller: CustomersReader) -> CustomerDetail:
    customer = await visible_customer(caller, customer_id)
    await audit_reading(caller, customer_id)
    return await _detail(caller, customer)


@router.patch("/{customer_id}", operation_id="customer_update")
async def update_customer(
    customer_id: Id, body: CustomerPatch, caller: CustomersWriter
) -> CustomerDetail:
    """Only the given fields change. 409 `version_changed` if somebody was faster."""
    customer = await visible_customer(caller, customer_id)
    wanted = _wanted(body)
    changed = tuple(name for name, value in wanted.items() if getattr(customer, name) != value)
    if not changed:
        return await _detail(caller, customer)
    if "dedicated_agent" in changed:
        await _check_dedicated(caller, body.dedicated_agent)
    event = recorded(
        caller, "customer", customer_id, "changed", fields=changed, customer_id=customer_id
    )
    stored = await caller.store.customers.save(
        caller.tenant_id,
        replace(customer, **wanted, version=body.version, updated_at=caller.now()),
        [event],
    )
    if core.ROUTED_BY & set(changed):
        await customer_changed(caller, customer_id)
    return await _detail(caller, stored)


@router.get("/{customer_id}/orders", operation_id="customer_order_list")
async def list_orders(customer_id: Id, caller: CustomersReader) -> OrderList:
    await visible_customer(caller, customer_id)
    orders = await caller.store.customers.orders(caller.tenant_id, customer_id, ORDERS)
    return OrderList(items=[Order(**asdict(order)) for order in orders])


async def _detail(caller: Caller, customer: core.Customer) -> CustomerDetail:
    addresses = await caller.store.customers.addresses(caller.tenant_id, customer.id)
    entries = await caller.directory.of(caller.tenant_id)
    return CustomerDetail(
        **asdict(customer),
        dedicated_agent_name=entries.agent_name(customer.dedicated_agent),
        addresses=[
            CustomerAddress(kind=a.kind, value=a.value, verified=a.verified) for a in addresses
        ],
    )


def _wanted(body: CustomerPatch) -> dict[str, Any]:
    """The fields that were given. Raises FieldErrors for a null where there must be a value."""
    wanted = body.model_dump(exclude_unset=True, exclude={"version"})
    nulls = [name for name in REQUIRED if name in wanted and wanted[name] is None]
    if nulls:
        raise FieldErrors([field_error(name, "required") for name in nulls])
    if "tags" in wanted:
        wanted["tags"] = tuple(wanted["tags"])
    return wanted


async def _check_dedicated(caller: Caller, agent_id: str | None) -> None:
    """Raises FieldErrors for somebody who isn't there or takes no work."""
    entries = await caller.directory.of(caller.tenant_id)
    if agent_id is not None and not entries.serves(agent_id):
        raise FieldErrors([field_error("dedicated_agent", "unknown_agent", id=agent_id)])
