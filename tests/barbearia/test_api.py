"""The agenda's API, as other people's programs use it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Membership
from apps.barbearia import hours
from apps.barbearia.hours import SpecialDay
from apps.barbearia.models import Appointment, Professional, Service
from apps.chat.models import Contact

from .conftest import API, make_professional, make_service

DAVI = {"name": "Davi Rocha", "phone": "(11) 98877-6655", "email": "davi@example.com"}


@pytest.fixture
def post(as_ana, corte, at):
    """Book through the API: a cut for Davi at 10:00, unless said otherwise."""

    def send(clock="10:00", *, api=as_ana, **body):
        usual = {"client": DAVI, "service": corte.pk, "start": at(clock).isoformat()}
        return api.post(f"{API}/appointments", {k: v for k, v in (usual | body).items() if v is not ...})

    return send


# Services


def test_a_service_is_created_read_changed_and_removed(as_ana, tenant):
    made = as_ana.post(f"{API}/services", {"name": "Corte", "price": "45.00", "duration_minutes": 30})
    assert made.status_code == 201
    service = made.json()
    assert service == {
        "id": service["id"],
        "name": "Corte",
        "description": "",
        "category": "",
        "price": "45.00",
        "duration_minutes": 30,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "is_active": True,
    }
    url = f"{API}/services/{service['id']}"
    assert as_ana.patch(url, {"price": "50.5"}).json()["price"] == "50.50"
    assert as_ana.put(url, {"name": "Corte"}).status_code == 400
    assert as_ana.get(url).json()["price"] == "50.50"
    assert as_ana.get(f"{API}/services").json()["results"] == [as_ana.get(url).json()]
    assert as_ana.delete(url).status_code == 204
    assert as_ana.get(url).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": "-1"},
        {"price": "NaN"},
        {"price": "Infinity"},
        {"price": "1e99"},
        {"price": "9999999999"},
        {"price": "1.999"},
        {"price": None},
        {"duration_minutes": 0},
        {"duration_minutes": -30},
        {"duration_minutes": 10**30},
        {"duration_minutes": "meia hora"},
        {"buffer_after_minutes": -1},
        {"buffer_before_minutes": 10**9},
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\x00b"},
        {"name": "\ud800"},
        {"name": ["Corte"]},
        {"is_active": "talvez"},
    ],
    ids=str,
)
def test_an_impossible_service_is_refused(as_ana, tenant, wrong):
    body = {"name": "Corte", "price": "45.00", "duration_minutes": 30} | wrong
    answer = as_ana.post(f"{API}/services", body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert set(answer.json()["fields"]) == set(wrong)


def test_a_booked_service_is_hidden_but_its_appointments_stand(as_ana, book, corte):
    appointment = book()

    assert as_ana.delete(f"{API}/services/{corte.pk}").status_code == 204

    assert [item["name"] for item in as_ana.get(f"{API}/services").json()["results"]] == ["Barba"]
    assert as_ana.get(f"{API}/appointments/{appointment.pk}").json()["services"][0]["name"] == "Corte"
    corte.refresh_from_db()
    assert not corte.is_active


# Professionals and hours


def test_a_professional_has_services_and_hours(as_ana, corte, barba):
    hours = [{"weekday": 0, "start": "09:00", "end": "12:00"}, {"weekday": 0, "start": "13:00", "end": "20:00"}]
    made = as_ana.post(f"{API}/professionals", {"name": "Carlos", "services": [corte.pk], "hours": hours})

    assert made.status_code == 201
    who = made.json()
    assert who == {
        "id": who["id"],
        "name": "Carlos",
        "services": [corte.pk],
        "is_active": True,
        "hours": hours,
        "exceptions": [],
    }
    changed = as_ana.patch(f"{API}/professionals/{who['id']}", {"services": [barba.pk, corte.pk], "hours": []})
    assert sorted(changed.json()["services"]) == sorted([corte.pk, barba.pk])
    assert changed.json()["hours"] == []


def test_a_new_professional_does_everything_unless_told(as_ana, corte, barba):
    everything = as_ana.post(f"{API}/professionals", {"name": "Carlos"}).json()
    nothing = as_ana.post(f"{API}/professionals", {"name": "Léo", "services": []}).json()

    assert sorted(everything["services"]) == sorted([corte.pk, barba.pk])
    assert nothing["services"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"services": [999999]},
        {"services": [10**30]},
        {"services": ["um"]},
        {"services": [0]},
        {"hours": [{"weekday": 7, "start": "09:00", "end": "10:00"}]},
        {"hours": [{"weekday": 0, "start": "10:00", "end": "09:00"}]},
        {"hours": [{"weekday": 0, "start": "10:00", "end": "10:00"}]},
        {"hours": [{"weekday": 0, "start": "25:00", "end": "26:00"}]},
        {"hours": [{"weekday": 0, "start": "09:00", "end": "12:00"}, {"weekday": 0, "start": "11:59", "end": "13:00"}]},
        {"hours": [{"weekday": 0, "start": "20:00", "end": "24:00"}, {"weekday": 0, "start": "23:00", "end": "23:30"}]},
        {"hours": "sempre"},
        {"exceptions": [{"date": "2026-02-30", "closed": True}]},
        {"exceptions": [{"date": "9999-12-31", "closed": True}]},
        {"exceptions": [{"date": "2026-12-25", "closed": False}]},
        {"exceptions": [{"date": "2026-12-25", "closed": True}, {"date": "2026-12-25", "closed": True}]},
        {"name": None},
    ],
    ids=str,
)
def test_an_impossible_professional_is_refused(as_ana, corte, wrong):
    answer = as_ana.post(f"{API}/professionals", {"name": "Carlos"} | wrong)

    assert answer.status_code == 400
    assert next(iter(answer.json()["fields"])).split(".")[0] == next(iter(wrong))
    assert not Professional.objects.exists()


def test_someone_with_appointments_is_hidden_and_no_longer_offered(as_ana, book, carlos, corte, monday):
    appointment = book()

    assert as_ana.delete(f"{API}/professionals/{carlos.pk}").status_code == 204

    assert as_ana.get(f"{API}/professionals/{carlos.pk}").status_code == 404
    assert as_ana.get(f"{API}/appointments/{appointment.pk}").json()["professional"]["name"] == "Carlos"
    assert as_ana.get(f"{API}/availability", service=corte.pk, date=monday.isoformat()).json() == {"slots": []}


def test_a_new_business_opens_monday_to_saturday(as_ana, tenant):
    assert as_ana.get(f"{API}/opening-hours").json() == {
        "hours": [{"weekday": day, "start": "09:00", "end": "19:00"} for day in range(6)],
        "exceptions": [],
    }


def test_opening_hours_are_replaced(as_ana, tenant):
    wanted = {
        "hours": [{"weekday": 1, "start": "08:00", "end": "12:00"}, {"weekday": 1, "start": "12:00", "end": "00:00"}],
        "exceptions": [
            {"date": "2026-12-24", "closed": False, "start": "09:00", "end": "12:00"},
            {"date": "2026-12-25", "closed": True, "start": None, "end": None},
        ],
    }
    assert as_ana.put(f"{API}/opening-hours", wanted).json() == wanted
    assert as_ana.get(f"{API}/opening-hours").json() == wanted
    assert as_ana.put(f"{API}/opening-hours", {"hours": []}).json() == wanted | {"hours": []}


# Availability


def free(api, monday, *services, **query):
    ids = ",".join(str(service.pk) for service in services)
    answer = api.get(f"{API}/availability", service=ids, date=monday.isoformat(), **query)
    assert answer.status_code == 200
    return [(slot["start"][11:16], slot["professional"]["name"]) for slot in answer.json()["slots"]]


def test_a_free_day_has_every_quarter_hour(as_ana, corte, carlos, monday, at):
    answer = as_ana.get(f"{API}/availability", service=corte.pk, date=monday.isoformat()).json()

    assert len(answer["slots"]) == 39
    assert answer["slots"][0] == {
        "start": at("09:00").isoformat(),
        "end": at("09:30").isoformat(),
        "professional": {"id": carlos.pk, "name": "Carlos"},
    }
    assert answer["slots"][-1]["end"] == at("19:00").isoformat()


def test_several_services_need_their_whole_time(as_ana, corte, barba, carlos, monday):
    assert free(as_ana, monday, corte, barba)[-1] == ("18:00", "Carlos")


def test_each_start_proposes_the_least_busy_free_one(as_ana, book, corte, carlos, leo, monday):
    book("10:00", professional=carlos)

    found = free(as_ana, monday, corte)

    assert len({start for start, _ in found}) == len(found)
    assert {who for start, who in found} == {"Léo"}
    assert ("10:00", "Carlos") not in found
    assert free(as_ana, monday, corte, professional=carlos.pk)[2:4] == [("09:30", "Carlos"), ("10:30", "Carlos")]


def test_lunch_and_special_days_are_kept(as_ana, corte, carlos, monday):
    windows = [{"weekday": 0, "start": "09:00", "end": "10:00"}, {"weekday": 0, "start": "14:00", "end": "15:00"}]
    as_ana.patch(f"{API}/professionals/{carlos.pk}", {"hours": windows})
    assert [start for start, _ in free(as_ana, monday, corte)] == ["09:00", "09:15", "09:30", "14:00", "14:15", "14:30"]

    special = [{"date": monday.isoformat(), "closed": False, "start": "14:30", "end": "16:00"}]
    as_ana.put(f"{API}/opening-hours", {"exceptions": special})
    assert [start for start, _ in free(as_ana, monday, corte)] == ["14:30"]

    as_ana.patch(f"{API}/professionals/{carlos.pk}", {"exceptions": special})
    assert [start for start, _ in free(as_ana, monday, corte)][-1] == "15:30"

    as_ana.patch(f"{API}/professionals/{carlos.pk}", {"exceptions": [{"date": monday.isoformat(), "closed": True}]})
    assert free(as_ana, monday, corte) == []


def test_beyond_the_horizon_and_before_today_nothing_is_free(as_ana, corte, carlos):
    today = timezone.localdate()
    for day in (today - timedelta(days=1), today + timedelta(days=61), today.replace(year=today.year + 50)):
        assert free(as_ana, day, corte) == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"service": "1"},
        {"date": "2026-11-20"},
        {"service": "999999", "date": "2026-11-20"},
        {"service": "corte", "date": "2026-11-20"},
        {"service": str(10**30), "date": "2026-11-20"},
        {"service": "-1", "date": "2026-11-20"},
        {"service": "ok", "date": "amanhã"},
        {"service": "ok", "date": "2026-02-30"},
        {"service": "ok", "date": "9999-12-31"},
        {"service": "ok", "date": "0001-01-01"},
        {"service": "ok", "date": "2026-11-20", "professional": "999999"},
        {"service": "ok", "date": "2026-11-20", "professional": "x"},
    ],
    ids=str,
)
def test_an_impossible_question_is_refused(as_ana, corte, query):
    query = {key: str(corte.pk) if value == "ok" else value for key, value in query.items()}
    answer = as_ana.get(f"{API}/availability", **query)
    assert answer.status_code == 400
    assert answer.json()["fields"]


def test_an_inactive_service_is_not_offered(as_ana, corte, carlos, monday):
    as_ana.patch(f"{API}/services/{corte.pk}", {"is_active": False})
    answer = as_ana.get(f"{API}/availability", service=corte.pk, date=monday.isoformat())
    assert (answer.status_code, answer.json()["code"]) == (422, "service_inactive")


# Appointments


def test_an_appointment_is_booked(post, corte, carlos, at):
    answer = post(professional=carlos.pk, notes="sem máquina")

    assert answer.status_code == 201
    body = answer.json()
    client = Contact.objects.get()
    assert {key: body[key] for key in body.keys() - {"id", "created_at", "updated_at"}} == {
        "client": {"id": client.pk, "name": "Davi Rocha", "phone": "5511988776655", "email": "davi@example.com"},
        "services": [{"id": corte.pk, "name": "Corte", "price": "45.00", "duration_minutes": 30}],
        "service": corte.pk,
        "professional": {"id": carlos.pk, "name": "Carlos"},
        "start": at("10:00").isoformat(),
        "end": at("10:30").isoformat(),
        "price": "45.00",
        "status": "agendado",
        "notes": "sem máquina",
        "source": "api",
    }


def test_several_services_add_up(post, corte, barba, carlos, at):
    body = post(service=..., services=[corte.pk, barba.pk]).json()
    assert (body["price"], body["end"]) == ("80.00", at("11:00").isoformat())
    assert [service["name"] for service in body["services"]] == ["Corte", "Barba"]


def test_the_same_phone_is_the_same_client(post, carlos, contact):
    assert post("10:00").json()["client"]["id"] == contact.pk
    assert post("11:00", client=contact.pk).json()["client"]["id"] == contact.pk
    assert post("12:00", client={"id": contact.pk}).json()["client"]["id"] == contact.pk
    assert Contact.objects.count() == 1


def test_a_taken_slot_answers_with_alternatives(post, carlos, at):
    post("10:00")
    answer = post("10:00", client={"name": "Outra", "phone": "11 97777-0000"})

    assert answer.status_code == 409
    body = answer.json()
    assert body["code"] == "slot_taken"
    assert body["alternatives"][2] == {
        "start": at("09:30").isoformat(),
        "end": at("10:00").isoformat(),
        "professional": {"id": carlos.pk, "name": "Carlos"},
    }
    assert len(body["alternatives"]) == 5
    assert Contact.objects.count() == 1  # a refused booking leaves no client behind


def test_anybody_may_be_asked_for_by_null(post, carlos, leo):
    names = [post("10:00", professional=None).json()["professional"]["name"] for _ in range(2)]
    assert sorted(names) == ["Carlos", "Léo"]
    assert post("10:00", professional=None).status_code == 409


def test_a_start_without_offset_is_the_businesss_time(post, carlos, at):
    assert post(start=f"{at('10:00'):%Y-%m-%dT%H:%M}").json()["start"] == at("10:00").isoformat()


def test_the_same_idempotency_key_books_once(as_ana, corte, carlos, at):
    body = {"client": DAVI, "service": corte.pk, "start": at("10:00").isoformat()}
    first = as_ana.post(f"{API}/appointments", body, Idempotency_Key="abc")
    again = as_ana.post(f"{API}/appointments", body, Idempotency_Key="abc")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"client": ...}, 400),
        ({"client": None}, 400),
        ({"client": 999999}, 400),
        ({"client": 10**30}, 400),
        ({"client": "Davi"}, 400),
        ({"client": []}, 400),
        ({"client": {"name": "Davi"}}, 400),
        ({"client": {"name": "Davi", "phone": "123"}}, 400),
        ({"client": {"name": "", "phone": "11988776655"}}, 400),
        ({"client": {"name": "Davi", "phone": "11988776655", "email": "x"}}, 400),
        ({"service": ...}, 400),
        ({"service": 999999}, 400),
        ({"service": 10**30}, 400),
        ({"service": None}, 400),
        ({"services": []}, 400),
        ({"services": "1"}, 400),
        ({"professional": 999999}, 400),
        ({"professional": "Carlos"}, 400),
        ({"start": ...}, 400),
        ({"start": "amanhã"}, 400),
        ({"start": None}, 400),
        ({"start": 0}, 400),
        ({"start": "9999-12-31T23:59:59Z"}, 422),
        ({"start": "9999-12-31T23:59:59-12:00"}, 400),
        ({"start": "0001-01-01T00:00:00Z"}, 400),
        ({"start": "2020-01-01T10:00:00Z"}, 422),
        ({"notes": "x" * 2001}, 400),
        ({"notes": "\x00"}, 400),
        ({"status": "cancelado"}, 400),
        ({"status": "talvez"}, 400),
    ],
    ids=str,
)
def test_an_impossible_appointment_is_refused(post, carlos, wrong, status):
    answer = post(**wrong)

    assert answer.status_code == status
    assert set(answer.json()) >= {"code", "detail", "fields"}
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "{", "NaN", '{"start": NaN}'])
def test_a_body_that_is_no_object_is_refused(as_ana, tenant, body):
    answer = as_ana.client.generic(
        "POST",
        f"{API}/appointments",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {as_ana.token}"},
        HTTP_HOST=as_ana.host,
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("clock", "code"), [("08:30", "outside_hours"), ("18:45", "outside_hours"), ("03:00", "outside_hours")]
)
def test_the_api_keeps_to_the_hours(post, carlos, clock, code):
    answer = post(clock)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_service_nobody_does_cannot_be_booked(post, carlos):
    pomada = make_service("Pomada", "10.00", 10)
    assert post(service=pomada.pk).json()["code"] == "not_bookable"
    assert post(service=pomada.pk, professional=carlos.pk).json()["code"] == "professional_does_not"


# Changing


@pytest.fixture
def booked(post, carlos, leo):
    return post(professional=carlos.pk).json()


def test_an_appointment_moves(as_ana, booked, at, leo, corte, barba):
    url = f"{API}/appointments/{booked['id']}"
    assert as_ana.patch(url, {"start": at("15:00").isoformat()}).json()["end"] == at("15:30").isoformat()
    assert as_ana.patch(url, {"professional": leo.pk}).json()["professional"]["name"] == "Léo"
    assert as_ana.patch(url, {"services": [corte.pk, barba.pk]}).json()["price"] == "80.00"
    assert as_ana.patch(url, {"service": barba.pk, "notes": "só barba"}).json()["price"] == "35.00"
    assert as_ana.get(url).json()["notes"] == "só barba"


def test_what_is_put_back_changes_nothing(as_ana, booked, corte):
    body = {
        "client": booked["client"]["id"],
        "service": corte.pk,
        "professional": booked["professional"]["id"],
        "start": booked["start"],
        "status": "agendado",
    }
    same = as_ana.put(f"{API}/appointments/{booked['id']}", body).json()
    assert same | {"updated_at": ""} == booked | {"updated_at": ""}
    assert as_ana.put(f"{API}/appointments/{booked['id']}", {"notes": "oi"}).json()["notes"] == "oi"


def test_a_move_onto_a_taken_time_is_refused_whole(as_ana, booked, post, carlos, at):
    post("15:00", professional=carlos.pk)
    body = {"start": at("15:00").isoformat(), "notes": "mudou", "status": "confirmado"}

    answer = as_ana.patch(f"{API}/appointments/{booked['id']}", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert as_ana.get(f"{API}/appointments/{booked['id']}").json() == booked


@pytest.mark.parametrize("status", ["concluido", "faltou"])
def test_an_appointment_to_come_is_neither_done_nor_missed(as_ana, booked, status):
    url = f"{API}/appointments/{booked['id']}"

    refused = as_ana.patch(url, {"status": status})

    assert (refused.status_code, refused.json()["code"]) == (422, "not_begun")
    assert refused.json()["fields"]["status"] == [refused.json()["detail"]]
    assert as_ana.get(url).json()["status"] == "agendado"


def test_a_status_follows_the_table(as_ana, booked, begun):
    begun(Appointment.objects.get(pk=booked["id"]))
    url = f"{API}/appointments/{booked['id']}"
    assert as_ana.patch(url, {"status": "confirmado"}).json()["status"] == "confirmado"
    assert as_ana.patch(url, {"status": "em_andamento"}).json()["status"] == "em_andamento"
    refused = as_ana.patch(url, {"status": "reservado"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_transition")
    assert as_ana.patch(url, {"status": "concluido"}).json()["status"] == "concluido"
    assert as_ana.patch(url, {"status": "perdido"}).status_code == 400


def test_deleting_cancels_and_frees_the_time(as_ana, booked, post, carlos):
    url = f"{API}/appointments/{booked['id']}"
    assert as_ana.delete(url).status_code == 204
    assert as_ana.delete(url).status_code == 204
    assert as_ana.get(url).json()["status"] == "cancelado"
    assert post(professional=carlos.pk).status_code == 201
    assert as_ana.patch(url, {"status": "agendado"}).status_code == 422


# Lists


def ids(answer):
    assert answer.status_code == 200
    return [item["id"] for item in answer.json()["results"]]


def test_appointments_are_found_by_day_person_client_and_status(as_ana, book, carlos, leo, monday, contact):
    first, second = book("10:00"), book("11:00", professional=leo)
    later = book("10:00", days=1)
    url, tuesday = f"{API}/appointments", monday + timedelta(days=1)

    assert ids(as_ana.get(url)) == [later.pk, second.pk, first.pk]
    assert ids(as_ana.get(url, date=monday.isoformat())) == [second.pk, first.pk]
    assert ids(as_ana.get(url, **{"from": tuesday.isoformat(), "to": tuesday.isoformat()})) == [later.pk]
    assert ids(as_ana.get(url, to=second.start.isoformat())) == [first.pk]
    assert ids(as_ana.get(url, professional=leo.pk)) == [second.pk]
    assert ids(as_ana.get(url, client=contact.pk, status="agendado,confirmado")) == [later.pk, second.pk, first.pk]
    assert ids(as_ana.get(url, status="cancelado")) == []
    assert ids(as_ana.get(url, limit=1)) == [later.pk]


@pytest.mark.parametrize(
    "query",
    [
        {"date": "x"},
        {"date": "9999-12-31"},
        {"from": "9999-12-31"},
        {"to": "9999-12-31T23:59:59-12:00"},
        {"from": "ontem"},
        {"professional": "x"},
        {"client": str(10**30)},
        {"status": "perdido"},
    ],
    ids=str,
)
def test_an_impossible_filter_is_refused(as_ana, tenant, query):
    answer = as_ana.get(f"{API}/appointments", **query)
    assert answer.status_code == 400
    assert next(iter(answer.json()["fields"])).split(".")[0] == next(iter(query))


@pytest.mark.parametrize("path", ["services", "professionals", "appointments"])
def test_an_absurd_id_is_simply_not_found(as_ana, tenant, path):
    assert as_ana.get(f"{API}/{path}/{10**30}").status_code == 404
    assert as_ana.delete(f"{API}/{path}/999999").status_code == 404


def queries(api, path, **query):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert api.get(f"{API}/{path}", **query).status_code == 200
    return len(captured)


def test_lists_cost_the_same_however_long(as_ana, book, corte, carlos, monday):
    book("09:00")
    asked = [("appointments", {}), ("professionals", {}), ("services", {})]
    asked.append(("availability", {"service": corte.pk, "date": monday.isoformat()}))
    [queries(as_ana, path, **query) for path, query in asked]
    few = [queries(as_ana, path, **query) for path, query in asked]

    for number in range(6):
        who = make_professional(f"Pessoa {number}", corte, make_service(f"Serviço {number}", "10.00", 15))
        hours.replace(professional=who, exceptions=[SpecialDay(monday - timedelta(days=1), closed=True)], by=None)
        book(f"1{number}:00", professional=who)

    assert [queries(as_ana, path, **query) for path, query in asked] == few


# Who may


def test_an_attendant_books_but_does_not_change_the_business(as_bruno, post, corte, carlos):
    assert post(api=as_bruno).status_code == 201
    assert as_bruno.get(f"{API}/services").status_code == 200
    for answer in (
        as_bruno.post(f"{API}/services", {"name": "Grátis", "price": "0", "duration_minutes": 10}),
        as_bruno.patch(f"{API}/services/{corte.pk}", {"price": "0"}),
        as_bruno.delete(f"{API}/professionals/{carlos.pk}"),
        as_bruno.put(f"{API}/opening-hours", {"hours": []}),
    ):
        assert answer.status_code == 403


def test_a_professional_reads_the_agenda_and_books_nothing(as_bruno, bruno, tenant, post, carlos):
    Membership.objects.filter(user=bruno, tenant=tenant).update(role=Membership.Role.PROFESSIONAL)
    assert as_bruno.get(f"{API}/appointments").status_code == 200
    assert post(api=as_bruno).status_code == 403


def test_the_rival_owner_sees_and_touches_nothing(as_celia, booked, corte, carlos):
    for path in (f"appointments/{booked['id']}", f"services/{corte.pk}", f"professionals/{carlos.pk}"):
        assert as_celia.get(f"{API}/{path}").status_code == 404
        assert as_celia.delete(f"{API}/{path}").status_code == 404
    assert as_celia.get(f"{API}/appointments").json()["results"] == []
    assert Appointment.objects.get().status == "agendado"


def test_nobody_gets_in_without_signing_in(public, as_ana, tenant):
    as_ana.token = ""
    for path in ("services", "professionals", "appointments", "availability", "opening-hours"):
        assert as_ana.get(f"{API}/{path}").status_code == 401


def test_the_unversioned_address_works_too(as_ana, corte):
    assert as_ana.get("/api/barbearia/services").json()["results"][0]["name"] == "Corte"


def test_a_service_hidden_from_customers_is_still_listed(as_ana, corte):
    Service.objects.update(is_active=False)
    assert as_ana.get(f"{API}/services").json()["results"][0]["is_active"] is False


def test_who_was_given_no_list_does_what_comes_later_too(as_ana, tenant):
    """The order in which a business is set up doesn't matter."""
    carlos = as_ana.post(f"{API}/professionals", {"name": "Carlos"}).json()
    rafael = as_ana.post(f"{API}/professionals", {"name": "Rafael", "services": []}).json()
    corte = as_ana.post(f"{API}/services", {"name": "Corte", "price": "45.00", "duration_minutes": 30}).json()
    does = lambda who: as_ana.get(f"{API}/professionals/{who['id']}").json()["services"]  # noqa: E731
    assert (does(carlos), does(rafael)) == ([corte["id"]], [])

    as_ana.patch(f"{API}/professionals/{carlos['id']}", {"services": [corte["id"]]})
    as_ana.post(f"{API}/services", {"name": "Barba", "price": "35.00", "duration_minutes": 20})
    assert does(carlos) == [corte["id"]]
