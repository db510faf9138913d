"""The compose file, the image and the examples agree with each other and with the code."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.deploy.conftest import ROOT, compose

APP = ["web", "live", "dispatcher", "worker", "beat", "migrate"]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return compose()["services"]


def test_every_part_is_there_and_says_how_it_is_checked(services: dict[str, Any]) -> None:
    assert set(services) == {*APP, "nginx", "db", "redis"}
    assert all("healthcheck" in service for service in services.values())


def test_everything_waits_for_the_migration(services: dict[str, Any]) -> None:
    for name in APP[:-1]:
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["restart"] == "no" and services["migrate"]["depends_on"] == {
        "db": {"condition": "service_healthy"}
    }


def test_web_and_worker_share_the_media(services: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        assert services[name]["volumes"] == ["media:/media"] and services[name]["environment"]["MEDIA_ROOT"] == "/media"


def test_only_the_edge_is_reachable_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]


def test_every_secret_comes_from_a_file_that_the_script_makes(services: dict[str, Any]) -> None:
    declared = compose()["secrets"]
    made = set(re.findall(r"(?:keep |secrets/)(\w+)", (ROOT / "deploy/make-secrets").read_text()))

    assert {secret for service in services.values() for secret in service.get("secrets", [])} == set(declared)
    assert {secret["file"].removeprefix("deploy/secrets/") for secret in declared.values()} <= made
    for name, value in services["web"]["environment"].items():
        if name.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in services["web"]["secrets"]
        assert "secret" not in str(value).lower() or name.endswith("_FILE")


def test_every_variable_is_one_we_document(services: dict[str, Any]) -> None:
    documented = set(re.findall(r"^# ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    used = {name.removesuffix("_FILE") for name in services["web"]["environment"]}

    assert used - documented == set()


def test_the_image_runs_what_the_compose_file_runs() -> None:
    image = (ROOT / "Dockerfile").read_text()
    final = image.rsplit("FROM ", 1)[1]

    assert "USER app" in final and "HEALTHCHECK" in final and "node" not in final
    words = ", ".join(f'"{word}"' for word in compose()["services"]["web"]["command"])
    assert f"CMD [{words}]" in final


def test_what_the_image_is_built_from_exists_and_holds_no_secrets() -> None:
    listed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert all((ROOT / name).exists() for name in listed)
    assert not {"deploy", ".env", ".local", ".git"} & set(listed)
    copied = {
        name
        for line in re.findall(r"^COPY (?!--)(.+) \./$", (ROOT / "Dockerfile").read_text(), re.M)
        for name in line.split()
    }
    assert copied <= set(listed)
