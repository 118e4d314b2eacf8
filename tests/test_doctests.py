"""The examples in the documentation of the code hold."""

import doctest
import importlib
import pkgutil

import pytest

import cordillera

SKIPPED = ("cordillera.__main__", "cordillera.foundation.store.migrations")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(cordillera.__path__, "cordillera.")
    if not module.name.startswith(SKIPPED)
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert results.failed == 0
