"""A wrapper around the application of a sandbox; by default there is none.

`ccaas_kit.faults` is such a wrapper: `build.py` puts it around the application.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.contract import Contract

if TYPE_CHECKING:
    # The room of HTTP knows instances, and instances their wrapper.
    from ccaas_kit.sandbox.http.messages import Request, Response

# An instance, which holds its wrapper: this module cannot import it.
Instance_contra = TypeVar("Instance_contra", contravariant=True)


class Wrapper(Protocol[Instance_contra]):
    """Changes requests and responses: each name that is switched on is one change."""

    def check(self, names: Collection[str], contract: Contract | None = None) -> None:
        """Check that every name is known; raises ConfigError if one is not."""

    def apply(
        self,
        instance: Instance_contra,
        request: Request,
        *,
        leads: Callable[[Request], tuple[str, Mapping[str, str]]],
        response: Callable[[Request], Response],
    ) -> Response:
        """The response to a request; `response` gives that of the instance without the wrapper."""

    def known(self) -> dict[str, str]:
        """The known names, each with its description."""

    def state(self, instance: Instance_contra) -> dict[str, Any]:
        """What the names that are on have done: `changed` and `failed`, as `GET /_sandbox/fault` shows them."""


class Nothing:
    """No wrapper: it knows no name."""

    def check(self, names: Collection[str], contract: Contract | None = None) -> None:  # noqa: ARG002  # the interface
        """Refuse every name.

        Raises:
            ConfigError: there is a name.
        """
        for name in names:
            raise ConfigError(f"there is no fault '{name}'", fix="This sandbox has none")

    def apply(
        self,
        instance: object,  # noqa: ARG002  # the interface
        request: Request,
        *,
        leads: Callable[[Request], tuple[str, Mapping[str, str]]],  # noqa: ARG002  # the interface
        response: Callable[[Request], Response],
    ) -> Response:
        """The response of the instance."""
        return response(request)

    def known(self) -> dict[str, str]:
        """Nothing is known."""
        return {}

    def state(self, instance: object) -> dict[str, Any]:  # noqa: ARG002  # the interface
        """No name is on, so nothing was changed."""
        return {"changed": {}, "failed": []}
