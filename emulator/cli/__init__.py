"""The command ``glasses``: one module a word, found by ``discover``.

Exit codes: 0 done, 1 a flow or check failed, 2 usage or a file that cannot be read, 130 interrupted, 141 nobody reads
the output any more, 143 terminated.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any, NoReturn

from emulator.cli._interrupt import Terminated
from emulator.core.errors import EmulatorError, ExpectationError, quoted
from emulator.core.release import release
from emulator.core.why import why

INTERRUPTED = 130
BROKEN_PIPE = 141
TERMINATED = 143


def main(argv: list[str] | None = None) -> int:
    """Run ``glasses`` with ``argv`` (``sys.argv[1:]`` if None) and return the exit code."""
    words = sys.argv[1:] if argv is None else argv
    if words in (["--version"], ["-V"]):
        print(f"glasses {release()}")
        return 0
    before = _on_terminate(_terminate)
    try:
        arguments = _parser().parse_args(words)
        code = int(arguments.run(arguments))
        if sys.stdout:
            sys.stdout.flush()  # a full disk is told now
        return code
    except EmulatorError as error:
        for told in _with_earlier(error):
            print(f"glasses: {told}", file=sys.stderr)
        return 1 if isinstance(error, ExpectationError) else 2
    except ImportError as error:
        if (error.name or "emulator").partition(".")[0] == "emulator":
            raise
        what = "is not installed" if isinstance(error, ModuleNotFoundError) else f"cannot be loaded ({error})"
        print(f"glasses: {error.name} {what}; `glasses doctor` says what mends it", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG and isinstance(error.filename, str):
            print(f"glasses: {quoted(error.filename)}: {why(error)}", file=sys.stderr)
            return 2
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"glasses: the output cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        _on_terminate(before)


def _parser() -> ArgumentParser:
    from emulator.core.discovery import discover

    parser = ArgumentParser(prog="glasses", description="A desktop emulator of AI glasses.")
    parser.add_argument("--version", "-V", action="version", version=f"glasses {release()}")
    words = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in discover("emulator.cli", "COMMAND").values():
        sub = words.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def _with_earlier(error: EmulatorError) -> list[BaseException]:
    """Return ``error`` and those that came before it while files were being completed, in the order they came."""
    found: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        found += [link] if isinstance(link, EmulatorError) and str(link) not in str(found) else []
        link = link.__context__
    return found[::-1]


def _on_terminate(handler: Any) -> Any:
    """Let SIGTERM go to ``handler``, where Python allows it; return the one before."""
    main_thread = threading.current_thread() is threading.main_thread()
    return signal.signal(signal.SIGTERM, handler) if main_thread and handler is not None else None


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
