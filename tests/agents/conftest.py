"""The three wires behind which a model may sit; a test that asks for `ai` runs on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import pytest

from apps.agents.models import Agent
from simulators.gemini import GeminiSimulator
from simulators.huggingface import HuggingFaceSimulator
from simulators.model import ModelSimulator
from simulators.openai import OpenAISimulator


@dataclass(frozen=True)
class Wire:
    choice: str  # an agent's ai_provider
    provider: str  # the adapter's name, as in traces and in the ledger
    setting: str  # the prefix of its settings
    simulator: type[ModelSimulator]


WIRES = {
    wire.choice: wire
    for wire in (
        Wire("chatgpt", "openai", "OPENAI", OpenAISimulator),
        Wire("gemini", "gemini", "GEMINI", GeminiSimulator),
        Wire("huggingface", "huggingface", "HUGGINGFACE", HuggingFaceSimulator),
    )
}


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, ModelSimulator]]:
    for slow_to_import in ("openai.types.chat", "google.genai", "huggingface_hub.inference._client", "genai_prices"):
        import_module(slow_to_import)  # seconds on a busy machine, which no test wants to measure
    running = {choice: wire.simulator().start() for choice, wire in WIRES.items()}
    yield running
    for server in running.values():
        server.stop()


@pytest.fixture
def plug(servers, settings):
    """`plug("gemini")`: the provider has a key, and its simulator answers."""

    def plugged(choice: str) -> ModelSimulator:
        server, prefix = servers[choice], WIRES[choice].setting
        server.reset()
        setattr(settings, f"{prefix}_BASE_URL", server.base_url)
        setattr(settings, f"{prefix}_API_KEY", "hf_test" if choice == "huggingface" else "sk-test")
        return server

    return plugged


@pytest.fixture(params=list(WIRES))
def wire(request) -> Wire:
    return WIRES[request.param]


@pytest.fixture
def ai(wire, plug, channel) -> ModelSimulator:
    """The model behind the barbershop's agent."""
    Agent.objects.update(ai_provider=wire.choice)
    return plug(wire.choice)


@pytest.fixture
def it(wire) -> str:
    """The name of the provider behind `ai`, as traces have it."""
    return wire.provider
