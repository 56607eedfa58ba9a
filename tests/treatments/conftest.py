"""A small catalogue for the tests of this package."""

import pytest

from tests.scheduling.builders import catalogue
from tests.treatments.builders import make_protocol, small_library
from treatments.models import Protocol


@pytest.fixture
def library(db):
    """The small library, loaded; the record it was loaded from."""
    return catalogue(small_library())


@pytest.fixture
def cheeks(library) -> Protocol:
    """MesoBotox of the cheeks, in the small library."""
    return Protocol.objects.get(key="mesobotox.cheeks")


@pytest.fixture
def neck(db) -> Protocol:
    """MesoBotox of the neck, alone in the catalogue."""
    return make_protocol()
