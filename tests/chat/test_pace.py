"""How fast we write: one budget for all processes, and one of its own for each while Redis is away."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from django.core.cache import cache

from apps.chat import pace
from apps.chat.models import Channel, ContactIdentity


@pytest.fixture(autouse=True)
def fresh() -> Any:
    cache.clear()
    pace.forget()
    yield
    cache.clear()
    pace.forget()


@pytest.fixture
def without_redis(settings: Any) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}


def _take(times: int, *, to: str = "5511988776655", number: str = "1") -> list[float]:
    channel = Channel(kind=Channel.Kind.WHATSAPP_CLOUD, external_id=number)
    return [pace.wait_seconds(channel, ContactIdentity(value=to)) for _ in range(times)]


def _check_pair() -> None:
    assert set(_take(45)) == {0}
    [wait] = _take(1)
    assert 0 < wait <= 6
    assert _take(1, to="5541999990002") == [0]


def test_one_customer_gets_45_at_once_and_then_one_in_six_seconds() -> None:
    _check_pair()


def test_the_same_without_redis(without_redis: None) -> None:
    _check_pair()


def test_a_number_sends_80_a_second() -> None:
    started = time.monotonic()
    waits = [wait for number in range(200) for wait in _take(1, to=str(number))]
    assert 80 <= waits.count(0) <= 81 + 80 * (time.monotonic() - started) and max(waits) < 0.1


def test_a_refused_pair_uses_up_nothing_of_its_number() -> None:
    _take(500)
    assert _take(1, to="other") == [0]


def test_another_process_knows_what_was_sent() -> None:
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; import sys; settings.CACHES['default']['LOCATION'] = sys.argv[1]\n"
        "from apps.chat import pace; from apps.chat.models import Channel, ContactIdentity\n"
        "channel = Channel(kind='whatsapp_cloud', external_id='1')\n"
        "for _ in range(45): assert pace.wait_seconds(channel, ContactIdentity(value='5511988776655')) == 0\n"
    )
    from django.conf import settings

    subprocess.run([sys.executable, "-c", code, settings.CACHES["default"]["LOCATION"]], check=True, timeout=60)
    assert _take(45).count(0) < 20  # what has come back since: one in six seconds


def test_a_redis_that_is_away_is_asked_once_in_ten_seconds(without_redis: None, monkeypatch: Any) -> None:
    asked: list[str] = []
    monkeypatch.setattr(pace, "_script", _refuse(asked))
    _take(10)
    assert len(asked) == 1


def _refuse(asked: list[str]) -> Any:
    def script(url: str) -> Any:
        asked.append(url)
        raise ConnectionRefusedError

    return script
