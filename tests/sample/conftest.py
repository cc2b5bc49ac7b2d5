"""One reading of the sample for all of its tests."""

import pytest

from tests.sample.portfolio import Sample, read_sample


@pytest.fixture(scope="session")
def sample() -> Sample:
    return read_sample()
