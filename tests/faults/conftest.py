"""One town for the tests of a file: each leaves it running, and has a plan of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.town import Town, running_town


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    async with running_town() as running:
        yield running
