"""Video files in and out, through real codecs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from emulator.core.errors import FileError, SceneError
from emulator.world._cv import cv2
from emulator.world.video import Video
from emulator.world.video_writer import CODECS, VideoWriter

FRAMES, RATE_HZ, STEP_PX = 20, 25.0, 16
FRAME_NS = 40_000_000


def bar(number: int) -> np.ndarray:
    """A bright bar whose place is the frame's number."""
    frame = np.full((180, 320, 3), 40, np.uint8)
    frame[:, number * STEP_PX : (number + 1) * STEP_PX] = 220
    return frame


def number_of(frame: np.ndarray | None) -> int:
    assert frame is not None
    return int(frame[90, STEP_PX // 2 :: STEP_PX, 1].argmax())


def record(path: Path, frames: int = FRAMES) -> Path:
    with VideoWriter(path, (320, 180), RATE_HZ) as writer:
        for number in range(frames):
            writer.write(bar(number))
    return path


@pytest.fixture(scope="module", params=sorted(CODECS))
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("clips") / f"clip{request.param}")


def test_what_was_written_is_read_back_in_order(clip: Path):
    video = Video(clip)
    assert video.rate_hz == RATE_HZ
    assert [number_of(video.frame_at(k * FRAME_NS)) for k in range(FRAMES)] == list(range(FRAMES))
    assert [path.name for path in clip.parent.iterdir()] == [clip.name]


def test_a_video_loops(clip: Path):
    video = Video(clip)
    assert [number_of(video.frame_at(k * FRAME_NS)) for k in range(FRAMES - 2, FRAMES + 3)] == [18, 19, 0, 1, 2]


def test_the_frame_depends_on_the_time_alone(clip: Path):
    times = [900, 40, 100_000, 799, 800, 0, 41, 39, 123_456, 760]
    forth, back = Video(clip), Video(clip)
    there = [number_of(forth.frame_at(t * 1_000_000)) for t in times]
    assert there == [t // 40 % FRAMES for t in times]
    assert [number_of(back.frame_at(t * 1_000_000)) for t in reversed(times)] == there[::-1]
    assert [number_of(Video(clip).frame_at(t * 1_000_000)) for t in times] == there


def test_the_same_instant_gives_the_same_frame_again(clip: Path):
    video = Video(clip)
    assert video.frame_at(10) is video.frame_at(FRAME_NS - 1)
    with pytest.raises(ValueError, match="negative"):
        video.frame_at(-1)


def test_large_videos_are_made_to_fit(tmp_path: Path):
    with VideoWriter(tmp_path / "big.mp4", (2560, 1440)) as writer:
        writer.write(np.zeros((1440, 2560, 3), np.uint8))
    frame = Video(tmp_path / "big.mp4").frame_at(0)
    assert frame is not None
    assert frame.shape == (1080, 1920, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file or directory; check the path"), (b"", "not a video"), (b"not one", "not a video")],
)
def test_an_unreadable_video_is_one_line_with_its_name_and_a_remedy(
    tmp_path: Path, content: bytes | None, message: str
):
    path = tmp_path / "walk.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SceneError, match=message) as caught:
        Video(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_video_that_goes_away_says_so_when_it_is_to_begin_again(clip: Path, tmp_path: Path):
    copy = Path(shutil.copy(clip, tmp_path))
    video = Video(copy)
    copy.unlink()
    with pytest.raises(SceneError, match="No such file or directory; check the path"):
        [video.frame_at(t * FRAME_NS) for t in range(3 * FRAMES)]


def test_a_disk_that_fills_up_ends_the_video_with_what_fits(tmp_path: Path, monkeypatch):
    """OpenCV does not tell: the space left is looked at once a second, before the file cannot be completed any more."""
    left = SimpleNamespace(total=10**12, free=10**9)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: left)
    writer = VideoWriter(tmp_path / "out.webm", (320, 180), RATE_HZ)
    for number in range(FRAMES):
        writer.write(bar(number))
    left.free = 1_000_000

    def fill() -> None:
        for _ in range(60):
            writer.write(bar(0))

    with pytest.raises(FileError, match=r"out\.webm: the disk is full; free some space"):
        fill()
    writer.close()
    assert number_of(Video(tmp_path / "out.webm").frame_at(FRAME_NS)) == 1
    with pytest.raises(FileError, match="the disk is full"):
        VideoWriter(tmp_path / "other.webm", (320, 180))
    assert [path.name for path in tmp_path.iterdir() if "other" in path.name] == []


def test_a_truncated_video_plays_what_it_has(clip: Path, tmp_path: Path):
    if clip.suffix == ".mp4":
        pytest.skip("an MP4 keeps its index at the end")
    cut = tmp_path / clip.name
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])
    assert number_of(Video(cut).frame_at(0)) == 0


@pytest.mark.parametrize("suffix", sorted(CODECS))
def test_nothing_half_written_has_the_final_name(tmp_path: Path, suffix: str):
    path = tmp_path / f"out{suffix}"
    writer = VideoWriter(path, (320, 180))
    writer.write(bar(1))
    assert not path.exists()
    writer.close()
    writer.close()
    assert number_of(Video(path).frame_at(0)) == 1


def test_a_video_without_frames_leaves_no_file_and_keeps_the_old_one(tmp_path: Path):
    old = record(tmp_path / "out.webm")
    before = old.read_bytes()
    VideoWriter(old, (320, 180)).close()
    assert old.read_bytes() == before
    assert list(tmp_path.iterdir()) == [old]


def test_an_error_while_recording_keeps_what_was_recorded(tmp_path: Path):
    def interrupted() -> None:
        with VideoWriter(tmp_path / "out.webm", (320, 180), RATE_HZ) as writer:
            writer.write(bar(3))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert number_of(Video(tmp_path / "out.webm").frame_at(0)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_killed_recorder_leaves_a_webm_that_plays(tmp_path: Path):
    script = (
        "import numpy as np, os, pathlib, signal\n"
        "from emulator.world.video_writer import VideoWriter\n"
        f"writer = VideoWriter(pathlib.Path({str(tmp_path)!r}) / 'out.webm', (320, 180), 25.0)\n"
        "noise = np.random.default_rng(1)\n"
        "for _ in range(150): writer.write(noise.integers(0, 256, (180, 320, 3), np.uint8))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == -9
    assert [path.name for path in tmp_path.iterdir()] == [".out.part.webm"]
    rescued = (tmp_path / ".out.part.webm").rename(tmp_path / "rescued.webm")
    assert Video(rescued).frame_at(0) is not None


def test_bgra_and_odd_sizes_are_taken(tmp_path: Path):
    with VideoWriter(tmp_path / "out.webm", (321, 181)) as writer:
        writer.write(cv2.copyMakeBorder(cv2.cvtColor(bar(5), cv2.COLOR_BGR2BGRA), 0, 1, 0, 1, cv2.BORDER_REPLICATE))
        assert writer.frames == 1
    assert number_of(Video(tmp_path / "out.webm").frame_at(0)) == 5


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path):
    with pytest.raises(FileError, match=r"out\.gif: unknown kind of video; end the name in \.webm, \.mp4, \.avi"):
        VideoWriter(tmp_path / "out.gif", (320, 180))


def test_an_unwritable_folder_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match=r"out\.webm: cannot write the video: File exists; a file stands in the way"):
        VideoWriter(tmp_path / "file" / "out.webm", (320, 180))


@pytest.mark.parametrize(
    "frame", [np.zeros((100, 320, 3), np.uint8), np.zeros((180, 320, 3)), np.zeros((180, 320), np.uint8)]
)
def test_a_frame_that_does_not_fit_is_refused(tmp_path: Path, frame: np.ndarray):
    with (
        VideoWriter(tmp_path / "out.avi", (320, 180)) as writer,
        pytest.raises(ValueError, match="frame of this video"),
    ):
        writer.write(frame)
