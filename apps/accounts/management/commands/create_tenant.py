from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import hosts, signup
from apps.accounts.models import Tenant
from apps.lib.errors import DomainError


class Command(BaseCommand):
    help = "Create a business with its schema and owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slug", required=True)
        parser.add_argument("--name", required=True, help="the business's name")
        parser.add_argument("--email", required=True, help="the owner's e-mail")
        parser.add_argument("--password", help="asked for when left out")
        parser.add_argument("--owner", default="", help="the owner's name")
        parser.add_argument("--type", default=Tenant.Type.OUTRO, choices=Tenant.Type.values)

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or getpass.getpass("Password: ")
        try:
            validate_password(password)
            tenant, _owner = signup.register(
                signup.SignUp(
                    name=options["owner"] or options["name"],
                    email=options["email"],
                    password=password,
                    business_name=options["name"],
                    slug=options["slug"],
                    business_type=options["type"],
                )
            )
        except (ValidationError, DomainError) as error:
            raise CommandError(" ".join(getattr(error, "messages", None) or [str(error)])) from None
        self.stdout.write(f"{tenant.name}: {hosts.url_of(hosts.host_of(tenant))}")
