"""Makes changed copies of frozen values quickly: folding a long log is mostly that."""

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace
else:
    T = TypeVar("T")

    def replace(value: T, /, **changes: Any) -> T:
        """As `dataclasses.replace`, for frozen dataclasses without slots or checks of their own."""
        copy = object.__new__(type(value))
        fields = value.__dict__.copy()
        fields.update(changes)
        object.__setattr__(copy, "__dict__", fields)
        return copy


__all__ = ["replace"]
