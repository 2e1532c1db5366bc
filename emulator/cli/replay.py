"""``glasses replay``: repeat a session from its log and say whether it came out the same, byte for byte."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from emulator.cli.command import Command


def add_arguments(parser: ArgumentParser) -> None:
    """Add the log and where the new one goes."""
    parser.add_argument("log", type=Path, help="a log in JSON lines")
    parser.add_argument("--log", "-o", dest="out", type=Path, metavar="OUT", help="write the log of the replay")
    parser.add_argument("--documents", type=Path, metavar="DIR", help="HUD documents that the session had")
    parser.add_argument("--any-documents", action="store_true", help="go on with other HUD documents")


def run(arguments: Namespace) -> int:
    """Replay, write, compare; 1 if a record differs."""
    from emulator.hud.document import load_documents
    from emulator.session.replay import replay

    documents = load_documents(arguments.documents) if arguments.documents else None
    glasses = replay(arguments.log, documents, any_documents=arguments.any_documents)
    if arguments.out:
        glasses.save_log(arguments.out)
    return compare(arguments.log, glasses.log.to_jsonl())


def compare(path: Path, again: str) -> int:
    """Say whether the log at ``path`` equals ``again``; if not, which record is the first that differs."""
    was = path.read_text("utf-8")
    if was == again:
        print(f"same: {again.count(chr(10))} records, byte for byte")
        return 0
    before, after = was.split("\n"), again.split("\n")
    pairs = enumerate(zip(before, after, strict=False), 1)
    number = next((n for n, (old, new) in pairs if old != new), min(len(before), len(after)) + 1)
    print(f"differs: {path}:{number}:1: the first record that is not the same")
    for name, lines in (("log", before), ("replay", after)):
        print(f"  {name:6}  {lines[number - 1] if number <= len(lines) else 'has ended'}")
    return 1


COMMAND = Command("replay", "repeat a session from its log", add_arguments, run)
