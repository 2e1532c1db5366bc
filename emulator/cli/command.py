"""What a command group of ``glasses`` is: one module of ``emulator/cli`` that exports ``COMMAND``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One word after ``glasses``. Its module imports at the top only what argparse needs.

    Attributes:
        name: The word.
        help: One line for ``glasses --help``.
        add_arguments: Adds options and operands to the word's parser.
        run: Does it and returns the exit code: 0, or 1 for a failed flow or check. Raises ``EmulatorError`` for 2.
    """

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
