from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from apps.accounts import schemas


class Command(MigrateSchemasCommand):
    """Also prepares the script from which this version makes schemas, so that no sign-up waits for it."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            schemas.prepare()
