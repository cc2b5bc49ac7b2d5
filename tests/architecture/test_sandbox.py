"""What the workflow sandbox must never load a second copy of."""

import pytest

from infrastructure.temporal import workflow_runner


@pytest.mark.parametrize("module", ["asyncpg", "pydantic", "domain", "activities"])
def test_a_module_is_loaded_once_for_all_workflows(module: str) -> None:
    assert module in workflow_runner().restrictions.passthrough_modules
