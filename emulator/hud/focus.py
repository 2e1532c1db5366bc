"""Who gets the next gesture: for each control a stack of names, the last one has it."""

from __future__ import annotations

from collections import defaultdict


class Focus:
    """The launcher lies at the bottom, an app above it, a pill or the assistant's turn on top.

    >>> focus = Focus()
    >>> focus.take("launcher"); focus.take("notes"); focus.leave("notes")
    >>> focus.holder()
    'launcher'
    """

    def __init__(self) -> None:
        self._stacks: defaultdict[str, list[str]] = defaultdict(list)

    def holder(self, control: str = "temple") -> str:
        """Return who has the focus of ``control``, or ""."""
        return self._stacks[control][-1] if self._stacks[control] else ""

    def is_over(self, name: str, other: str) -> bool:
        """Say whether ``name`` stands above ``other`` for the temple.

        >>> focus = Focus()
        >>> focus.take("pay"); focus.take("settings")
        >>> focus.is_over("settings", "pay"), focus.is_over("notes", "pay")
        (True, False)
        """
        stack = self._stacks["temple"]
        return name in stack and other in stack and stack.index(name) > stack.index(other)

    def take(self, name: str, control: str = "temple") -> None:
        """Put ``name`` on top for ``control``."""
        if name in self._stacks[control]:
            self._stacks[control].remove(name)
        self._stacks[control].append(name)

    def leave(self, name: str) -> None:
        """Take ``name`` out of every stack."""
        for stack in self._stacks.values():
            if name in stack:
                stack.remove(name)

    def clear(self) -> None:
        """Forget everybody, at power-off."""
        self._stacks.clear()
