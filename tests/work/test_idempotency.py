"""The same request twice has one effect and one answer, even at the same moment."""

from __future__ import annotations

import time

import pytest

from apps.lib.crypto import SecretUnreadable
from apps.lib.tenancy import tenant_context
from apps.work import idempotency, inbox
from apps.work.models import DueWork, IdempotencyKey, InboundEvent


@pytest.mark.committed
def test_concurrent_twins_act_once_and_hear_the_same(tenant, together):
    acts = []

    def act():
        acts.append(1)
        time.sleep(0.2)
        return 201, {"id": len(acts)}

    def ask():
        with tenant_context(tenant):
            return idempotency.once(actor="ana", key="k", body=b"{}", act=act)

    answers = together(*[ask] * 10)

    assert len(acts) == 1
    assert sorted(answers) == [(201, {"id": 1}, False)] + [(201, {"id": 1}, True)] * 9


def test_the_same_key_for_another_request_is_refused(tenant):
    idempotency.once(actor="ana", key="k", body=b"{}", act=lambda: (201, {}))

    with pytest.raises(idempotency.KeyReused):
        idempotency.once(actor="ana", key="k", body=b"[]", act=lambda: (201, {}))


def test_a_refused_request_may_be_tried_again(tenant):
    assert idempotency.once(actor="ana", key="k", body=b"{}", act=lambda: (409, {}))[0] == 409
    assert idempotency.once(actor="ana", key="k", body=b"{}", act=lambda: (201, {})) == (201, {}, False)


def test_an_answer_is_kept_sealed_for_its_own_key(tenant):
    def ask(key):
        return idempotency.once(actor="ana", key=key, body=b"{}", act=lambda: (201, {"verify_token": "segredo"}))

    ask("k"), ask("other")

    for row in IdempotencyKey.objects.all():
        assert "segredo" not in row.response and "verify_token" not in row.response
    assert ask("k") == (201, {"verify_token": "segredo"}, True)
    IdempotencyKey.objects.filter(key="other").update(response=IdempotencyKey.objects.get(key="k").response)
    with pytest.raises(SecretUnreadable):
        ask("other")


def test_an_answer_kept_before_they_were_sealed_is_given_again(tenant):
    idempotency.once(actor="ana", key="k", body=b"{}", act=lambda: (201, {"id": 1}))
    IdempotencyKey.objects.update(response={"id": 1})

    assert idempotency.once(actor="ana", key="k", body=b"{}", act=lambda: (500, {})) == (201, {"id": 1}, True)


def test_one_persons_key_is_not_anothers(tenant):
    idempotency.once(actor="ana", key="k", body=b"{}", act=lambda: (201, {"for": "ana"}))

    assert idempotency.once(actor="bruno", key="k", body=b"{}", act=lambda: (201, {}))[1] == {}
    assert IdempotencyKey.objects.count() == 2


@pytest.mark.committed
def test_fifty_equal_webhooks_are_one_event_and_one_piece_of_work(tenant, together):
    answers = together(*[lambda: inbox.store("whatsapp", b"{}", address_id=None)] * 50)

    assert answers == [None] * 50
    assert InboundEvent.objects.count() == 1
    assert DueWork.objects.filter(kind=inbox.RECEIVE).count() == 1
