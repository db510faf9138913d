"""A new business's schema: played from a kept script, and the same as a migrated one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from apps.accounts import schemas, signup
from apps.accounts.models import SchemaScript, Tenant, new_schema_name
from apps.lib.tenancy import tenant_context

CATALOGUE = {
    "relations": """
        SELECT relname, relkind, relpersistence, reloptions, relreplident, relrowsecurity, reltablespace
        FROM pg_class WHERE relnamespace = %s""",
    "columns": """
        SELECT relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            attisdropped, attcollation, attstorage, attcompression, pg_get_expr(adbin, adrelid)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE relnamespace = %s AND attnum > 0""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype, condeferrable, condeferred, convalidated,
            pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = %s""",
    "indexes": """
        SELECT pg_get_indexdef(indexrelid), indisunique, indisprimary, indisexclusion, indimmediate, indisvalid,
            indnullsnotdistinct
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = %s""",
    "sequences": """
        SELECT relname, seqtypid::regtype::text, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle, deptype,
            refobjid::regclass::text, refobjsubid
        FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
        LEFT JOIN pg_depend ON objid = seqrelid AND deptype IN ('a', 'i') WHERE relnamespace = %s""",
    "triggers": """
        SELECT pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = %s""",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE prokind <> 'a' AND pronamespace = %s",
    "types": "SELECT typname, typtype, typnotnull, typdefault FROM pg_type WHERE typnamespace = %s",
    "searching": "SELECT cfgname, cfgparser::text FROM pg_ts_config WHERE cfgnamespace = %s",
    "collations": "SELECT collname, collprovider FROM pg_collation WHERE collnamespace = %s",
    "comments": """
        SELECT relname, objsubid, description FROM pg_description JOIN pg_class ON pg_class.oid = objoid
        WHERE relnamespace = %s""",
}


def _described(tenant: Tenant) -> dict[str, list[str]]:
    """All that PostgreSQL knows of a schema, its own name left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_namespace WHERE nspname = %s", [tenant.schema_name])
        [oid] = cursor.fetchone()
        found = {}
        for what, query in CATALOGUE.items():
            cursor.execute(query, [oid])
            found[what] = sorted(str(row).replace(tenant.schema_name, "ITS") for row in cursor.fetchall())
    return found


def _tenant() -> Tenant:
    name = new_schema_name()
    return Tenant.objects.create(name=name, slug=name.replace("_", "-"), schema_name=name)


@pytest.fixture
def migrated(world: Any) -> Tenant:
    tenant = _tenant()
    script = schemas.migrate(tenant)
    assert script is not None, "a migration does more than define: every sign-up will have to run them all"
    SchemaScript.objects.all().delete()
    schemas.keep(script)
    return tenant


@pytest.fixture
def played(migrated: Tenant, monkeypatch: Any) -> Tenant:
    with monkeypatch.context() as patch:
        patch.setattr(schemas, "migrate", lambda tenant: pytest.fail("migrated"))
        tenant = _tenant()
        schemas.create(tenant)
    return tenant


def test_a_played_schema_is_a_migrated_one_to_the_letter(migrated: Tenant, played: Tenant) -> None:
    expected, found = _described(migrated), _described(played)

    for what in CATALOGUE:
        assert found[what] == expected[what], what
    assert len(found["columns"]) > 300 and any("EXCLUDE" in line for line in found["constraints"])
    assert any("DEFERRABLE" in line for line in found["constraints"])


def test_a_difference_would_be_seen(migrated: Tenant, played: Tenant) -> None:
    with tenant_context(played), connection.cursor() as cursor:
        cursor.execute("DROP INDEX inbox_order")

    assert _described(migrated) != _described(played)


def test_it_says_the_same_of_its_migrations(migrated: Tenant, played: Tenant) -> None:
    said = []
    for tenant in (migrated, played):
        with tenant_context(tenant):
            said.append(list(MigrationRecorder.Migration.objects.order_by("id").values_list("id", "app", "name")))
            executor = MigrationExecutor(connection)
            assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []

    assert said[0] == said[1] and said[0]


def test_nothing_in_it_points_elsewhere(played: Tenant) -> None:
    for what, lines in _described(played).items():
        assert [line for line in lines if "public." in line or re.search(r"\bt_[0-9a-f]{12}\b", line)] == [], what


def test_later_migrations_apply_to_it(migrated: Tenant, played: Tenant) -> None:
    class Later(migrations.Migration):
        operations = [
            migrations.AddField("contact", "nickname", models.CharField(max_length=20, default="", db_index=True)),
            migrations.AlterField("message", "conversation", models.ForeignKey("chat.conversation", models.CASCADE)),
            migrations.AlterField("contact", "id", models.AutoField(primary_key=True)),
            migrations.RemoveField("conversation", "channel"),
        ]

    for tenant in (migrated, played):
        with tenant_context(tenant):
            state = MigrationExecutor(connection).loader.project_state()
            with connection.schema_editor() as editor:
                Later("later", "chat").apply(state, editor)

    assert _described(played) == _described(migrated)
    assert any("nickname" in line for line in _described(played)["columns"])


def test_another_version_never_plays_this_ones_script(migrated: Tenant, monkeypatch: Any) -> None:
    SchemaScript.objects.update(sql="SELECT 1 / 0")
    monkeypatch.setattr(schemas, "version", lambda: "another")
    tenant = _tenant()
    schemas.create(tenant)

    assert _described(tenant) == _described(migrated)
    assert SchemaScript.objects.filter(version="another").exists()


def test_another_migration_or_another_line_of_code_is_another_version(tmp_path: Any, settings: Any) -> None:
    names = set()
    settings.BASE_DIR = tmp_path
    (tmp_path / "apps").mkdir()
    for source in ("a = 1", "a = 2"):
        (tmp_path / "apps" / "models.py").write_text(source)
        names.add(schemas.version.__wrapped__())

    assert len(names) == 2 and schemas.version() not in names


@pytest.mark.parametrize(
    ("statement", "is_whole"),
    [
        ("UPDATE agents_agent SET name = 'x' WHERE id = -1", True),
        ("SELECT id FROM agents_agent", True),
        ("UPDATE agents_agent SET name = 'x'", False),
        ("INSERT INTO accounts_schemascript VALUES ('v', '', now())", False),
        ("SELECT setval('chat_contact_id_seq', 7)", False),
        ("SELECT nextval('chat_contact_id_seq')", False),
        ("DO $$ BEGIN END $$", False),
    ],
)
def test_a_migration_that_does_more_than_define_is_not_kept(tenant: Tenant, statement: str, is_whole: bool) -> None:
    recording = schemas._Recording()
    with connection.execute_wrapper(recording), connection.cursor() as cursor:
        cursor.execute(statement)

    assert recording.is_whole is is_whole and (recording.script() is not None) is is_whole


def test_one_connection_makes_many(migrated: Tenant) -> None:
    for _ in range(6):  # from the fourth on, psycopg would like to prepare it
        schemas.create(_tenant())


@pytest.mark.committed
def test_many_sign_up_at_once(world: Any, together: Any) -> None:
    SchemaScript.objects.all().delete()

    def register(number: int) -> Tenant:
        wish = signup.SignUp(
            "Davi", f"davi{number}@example.com", "senha-boa-123", "Oficina do Davi", f"oficina-{number}"
        )
        return signup.register(wish)[0]

    made = together(*[lambda number=number: register(number) for number in range(4)])

    described = [_described(tenant) for tenant in made]
    assert all(one == described[0] for one in described) and SchemaScript.objects.count() == 1


@pytest.mark.committed
def test_a_deploy_prepares_the_first_sign_up_and_leaves_nothing_else(world: Any) -> None:
    SchemaScript.objects.all().delete()
    tenants = Tenant.objects.count()
    call_command("migrate_schemas", shared=True, verbosity=0)

    assert SchemaScript.objects.get().version == schemas.version()
    assert Tenant.objects.count() == tenants
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        assert cursor.fetchone() == (tenants,)


def test_a_script_that_breaks_leaves_no_business(migrated: Tenant, public: Any) -> None:
    SchemaScript.objects.update(sql='CREATE TABLE "half" (); SELECT 1 / 0')
    wish = signup.SignUp("Davi", "davi@example.com", "senha-boa-123", "Oficina do Davi")
    with pytest.raises(Exception, match="division"), transaction.atomic():
        signup.register(wish)

    assert not Tenant.objects.filter(name=wish.business_name).exists()
