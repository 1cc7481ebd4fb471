"""/healthz (the process lives), /readyz (each part by name), /metrics. No sign-in: nothing of tenants."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from parley.api.caller import front_of
from parley.api.schemas.board import Alive, PartState, Readiness

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="health_alive")
async def alive() -> Alive:
    return Alive()


@router.get("/readyz", operation_id="health_ready", responses={503: {"model": Readiness}})
async def ready(request: Request, response: Response) -> Readiness:
    """503 while a part doesn't work; the answer tells which, and why."""
    parts = await front_of(request).context.readiness()
    works = all(part.ok for part in parts.values())
    response.status_code = 200 if works else 503
    return Readiness(
        ready=works,
        parts={name: PartState(ok=p.ok, detail=p.detail) for name, p in parts.items()},
    )


@router.get("/metrics", operation_id="health_metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Prometheus exposition."""
    body, media_type = front_of(request).context.metrics()
    return Response(body, media_type=media_type)
