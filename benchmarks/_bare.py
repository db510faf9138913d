"""The yardstick of the webhook benchmark: Starlette and async psycopg doing the same, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import django
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

django.setup()  # only to read the statement

from apps.work.inbox import _STORE as STORE  # noqa: E402

SECRET = os.environ["WHATSAPP_APP_SECRET"].encode()
pool = AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=8, max_size=16, open=False, kwargs={"autocommit": True})


async def webhook(request: Request) -> PlainTextResponse:
    body = await request.body()
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
        return PlainTextResponse("bad signature", 403)
    async with pool.connection() as connection:
        await connection.execute(STORE, ["whatsapp", None, body, hashlib.sha256(body).digest(), datetime.now(UTC)])
    return PlainTextResponse("ok")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    await pool.open()
    yield
    await pool.close()


app = Starlette(routes=[Route("/api/v1/webhooks/whatsapp", webhook, methods=["POST"])], lifespan=lifespan)
