"""A new business's schema: what the migrations did to the last one, done again in one go.

Nine tenths of migrating an empty schema is Django building its picture of the models, not SQL. So the
statements are kept the first time a version of the code makes a schema (at deploy: `migrate_schemas`),
and played for every business after it; written by the migrations themselves, they give the same tables
to the letter, which a copier of catalogues has to reinvent. The key names the version exactly: another
version migrates, and keeps its own. A migration that does more than define (it writes rows) is never
played: such a version migrates each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from apps.accounts.models import SchemaScript, Tenant, new_schema_name
from apps.lib.tenancy import connection, tenant_context

_DEFINES = ("CREATE ", "ALTER ", "DROP ", "COMMENT ", "SET CONSTRAINTS ")
_PASSES = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "SHOW ", "SET SEARCH_PATH ", 'INSERT INTO "DJANGO_MIGRATIONS" ')
_READS = ("SELECT ", "WITH ")
_TOUCHES = ("UPDATE ", "DELETE ")


def create(tenant: Tenant) -> None:
    """Create the tenant's schema as the migrations make it, inside the caller's transaction."""
    kept = SchemaScript.objects.filter(version=version()).first()
    if kept is None:
        keep(migrate(tenant))
        return
    _create_empty(tenant)
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute(kept.sql)


def migrate(tenant: Tenant) -> str | None:
    """Create the tenant's schema by its migrations; what they did as a script, or None when it can't be one."""
    recording = _Recording()
    _create_empty(tenant)
    with tenant_context(tenant):
        executor = MigrationExecutor(connection)
        with connection.execute_wrapper(recording):
            executor.migrate(executor.loader.graph.leaf_nodes())
        return recording.script()


def keep(script: str | None) -> None:
    """Keep this version's script, if it has one; a month later it may go with the next that comes."""
    if script is not None:
        SchemaScript.objects.filter(created_at__lt=timezone.now() - timedelta(days=30)).delete()
        SchemaScript.objects.bulk_create([SchemaScript(version=version(), sql=script)], ignore_conflicts=True)


def prepare() -> None:
    """Keep this version's script before the first business needs it; without a trace otherwise."""
    if SchemaScript.objects.filter(version=version()).exists():
        return
    with transaction.atomic():
        name = new_schema_name()
        tenant = Tenant.objects.create(name=name, slug=name.replace("_", "-"), schema_name=name)
        script = migrate(tenant)
        transaction.set_rollback(True)
    keep(script)


@cache
def version() -> str:
    """Names our code, its migrations and Django: whatever could make another schema makes another name."""
    names = sorted(MigrationLoader(None).graph.nodes)
    found = hashlib.sha256(f"{django.__version__} {names}".encode())
    for path in sorted((settings.BASE_DIR / "apps").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _create_empty(tenant: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{tenant.schema_name}"')


class _Recording:
    """Watches the statements of a connection (an `execute_wrapper`)."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.is_whole = True

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        statement = " ".join(str(sql).upper().split())
        if statement.startswith(_DEFINES) and not params:
            self.statements.append(str(sql).rstrip().rstrip(";"))
        elif not statement.startswith(_PASSES) and not _leaves_no_trace(statement, context["cursor"]):
            self.is_whole = False
        return result

    def script(self) -> str | None:
        """The schema in one go, and what `django_migrations` says of it; None when more than that was done."""
        applied = MigrationRecorder.Migration.objects.order_by("id").values_list("app", "name")
        if not self.is_whole or not applied:
            return None
        rows = ", ".join(f"('{app}', '{name}', now())" for app, name in applied)
        note = f'INSERT INTO "django_migrations" ("app", "name", "applied") VALUES {rows}'
        return ";\n".join([*self.statements, note])


def _leaves_no_trace(statement: str, cursor: Any) -> bool:
    if statement.startswith(_READS):
        return " FROM " in statement and "SETVAL(" not in statement and " INTO " not in statement
    return statement.startswith(_TOUCHES) and cursor.rowcount == 0
