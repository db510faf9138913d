"""What no reader of one file can see: how the rooms, the schemas and the settings hang together."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import metadata
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from packaging.version import Version

LAYERS = ["lib", "work", "audit", "accounts", "billing", "chat", "agents", "barbearia"]


def _room(model: type[models.Model]) -> str:
    """ "chat" for apps.chat.models.Message; "" for somebody else's model."""
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "apps" else ""


def _keys() -> list[tuple[type[models.Model], Any]]:
    """Every key between our own models, with the model that holds it."""
    held = [
        (model, field) for model in apps.get_models(include_auto_created=True) for field in model._meta.local_fields
    ]
    return [
        (model, field) for model, field in held if field.is_relation and _room(model) and _room(field.related_model)
    ]


def _is_tenants(model: type[models.Model]) -> bool:
    return f"apps.{_room(model)}" in settings.TENANT_APPS


def test_keys_follow_the_layers() -> None:
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model, field in _keys()
        if LAYERS.index(_room(field.related_model)) > LAYERS.index(_room(model))
    ]

    assert len(_keys()) > 20 and upward == []


def test_no_shared_table_points_into_a_business() -> None:
    pointing = [str(field) for model, field in _keys() if not _is_tenants(model) and _is_tenants(field.related_model)]

    assert pointing == []


def test_keys_from_a_business_to_shared_tables_are_only_to_people_and_without_constraint() -> None:
    crossing = [field for model, field in _keys() if _is_tenants(model) and not _is_tenants(field.related_model)]

    assert len(crossing) >= 5
    for field in crossing:
        assert field.related_model._meta.label == "accounts.User", field
        assert field.db_constraint is False and field.remote_field.on_delete is models.DO_NOTHING, field


def test_no_key_of_a_business_has_a_constraint_into_public(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class pointed ON pointed.oid = confrelid "
            "WHERE contype = 'f' AND connamespace <> pointed.relnamespace"
        )
        assert cursor.fetchall() == []


def test_no_app_is_both_shared_and_a_businesss_own() -> None:
    assert not set(settings.SHARED_APPS) & set(settings.TENANT_APPS)
    assert {f"apps.{name}" for name in ("chat", "agents", "barbearia")} == set(settings.TENANT_APPS)


def test_a_business_has_only_its_own_tables(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [world.tenant.schema_name])
        found = {row[0] for row in cursor.fetchall()}

    expected = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_tenants(model)}
    assert found == expected | {"django_migrations"}


def test_no_migration_creates_an_extension() -> None:
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        for operation in migration.operations:
            assert "Extension" not in type(operation).__name__, (app, name)
            assert "extension" not in str(getattr(operation, "sql", "")).lower(), (app, name)


def test_no_extension_is_installed_by_migrating(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert [row[0] for row in cursor.fetchall()] == ["plpgsql"]


def test_every_business_has_its_exclusion_constraint(world: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname, array_agg(conname::text) FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace "
            "WHERE contype = 'x' GROUP BY nspname"
        )
        found = dict(cursor.fetchall())

    assert found == {tenant.schema_name: ["one_customer_at_a_time"] for tenant in (world.tenant, world.rival)}


@pytest.mark.parametrize(
    ("package", "floor"),
    [("django", "5.2.18"), ("djangorestframework", "3.17.2"), ("daphne", "4.2.2"), ("django-tenants", "4.0.1")],
)
def test_versions_with_known_holes_are_refused(package: str, floor: str) -> None:
    assert Version(metadata.version(package)) >= Version(floor)


def test_redis_stays_below_8() -> None:
    assert Version(metadata.version("redis")) < Version("8")  # 8.1 kills idle sockets under channels-redis


# Settings -----------------------------------------------------------------------------------------

SECRETS = {
    "SECRET_KEY": "x" * 60,
    "ENCRYPTION_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "DATABASE_URL": "postgres://app@db.invalid:5432/app",
    "REDIS_URL": "redis://redis.invalid:6379/0",
    "WHATSAPP_APP_SECRET": "secret",
    "WHATSAPP_VERIFY_TOKEN": "token",
}
_SHOW = """
import dotenv
dotenv.load_dotenv = lambda *paths, **options: False
from config import settings
import json
print(json.dumps({name: value for name, value in vars(settings).items() if isinstance(value, str | int | bool)}))
"""


def _settings(**environ: str) -> dict[str, Any]:
    """The settings as a fresh process with only this environment sees them. Raises AssertionError(stderr)."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _SHOW], cwd=settings.BASE_DIR, env=kept | environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_cookies_belong_to_one_host_only() -> None:
    found = _settings()

    assert found.get("SESSION_COOKIE_DOMAIN") is None and found.get("CSRF_COOKIE_DOMAIN") is None
    assert settings.SESSION_COOKIE_DOMAIN is None and settings.CSRF_COOKIE_DOMAIN is None
    assert found["SESSION_COOKIE_HTTPONLY"] is True and found["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_under_https_the_browser_enforces_host_only_secure_cookies() -> None:
    found = _settings(HTTPS="1")

    assert found["SESSION_COOKIE_NAME"].startswith("__Host-") and found["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert found["SESSION_COOKIE_SECURE"] is True and found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31536000


def test_production_starts_with_its_secrets_and_is_https() -> None:
    found = _settings(ENVIRONMENT="production", **SECRETS)

    assert found["SESSION_COOKIE_NAME"] == "__Host-session" and found["DEBUG"] is False


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_refuses_to_start_without_a_secret(missing: str) -> None:
    with pytest.raises(AssertionError, match=f"Set {missing}"):
        _settings(ENVIRONMENT="production", **{name: value for name, value in SECRETS.items() if name != missing})


def test_production_refuses_a_plain_graph_url() -> None:
    with pytest.raises(AssertionError, match="WHATSAPP_GRAPH_URL must be https"):
        _settings(ENVIRONMENT="production", WHATSAPP_GRAPH_URL="http://127.0.0.1:9", **SECRETS)


def test_a_secret_may_come_from_a_file(tmp_path: Any) -> None:
    (tmp_path / "key").write_text("from-a-file\n")

    assert _settings(SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == "from-a-file"


def test_an_encryption_key_of_the_wrong_size_stops_the_start() -> None:
    with pytest.raises(AssertionError, match="id:base64 of 32 bytes"):
        _settings(ENCRYPTION_KEYS="k1:c2hvcnQ=")


ASKS = re.compile(r"\brequired\b|<c-(field|select|area|textarea|number)\b|\{% block fields %\}")


def test_forms_refuse_in_our_words_not_in_the_browsers() -> None:
    """A form that asks for something leaves the checking to us: the browser's bubbles speak its own language."""
    forms = [
        (path.name, form)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL)
    ]
    asking = [(name, form.partition(">")[0]) for name, form in forms if ASKS.search(form)]

    assert len(asking) > 10
    assert [name for name, tag in asking if "novalidate" not in tag] == []
