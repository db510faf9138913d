from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .business import Business
from .stack import Stack, running


@pytest.fixture(scope="session")
def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("promises")) as stack:
        yield stack


@pytest.fixture
def stack(whole_stack: Stack) -> Iterator[Stack]:
    """All processes and servers up, the simulators well behaved; put right again afterwards."""
    yield whole_stack
    whole_stack.database.start()
    whole_stack.redis.start()
    whole_stack.start(*(name for name in ("web", "dispatcher", "worker") if not whole_stack.is_alive(name)))
    whole_stack.graph.reset()
    whole_stack.ai.reset()
    whole_stack.rows("DELETE FROM public.work_duework WHERE key <> 'periodic' RETURNING id")


@pytest.fixture
def business(stack: Stack) -> Callable[..., Business]:
    """`business("chatgpt")`: one of its own for this test, answering at once unless told otherwise."""

    def register(provider: str = "offline", *, debounce: tuple[float, float] = (0, 0)) -> Business:
        return Business(stack, provider=provider, debounce=debounce)

    return register
