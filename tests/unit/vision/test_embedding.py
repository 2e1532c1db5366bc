"""Kinds of things as vectors: weights read with care, the network against a second opinion, and what it is for."""

import os
import pickle

import numpy as np
import pytest

from emulator.core.errors import FileError
from emulator.vision._cv import cv2
from emulator.vision.embedding import _prepared, find_embedder
from emulator.vision.lite0 import read_weights, to_onnx, weights_file
from tests.unit.vision.package_photos import KEYS, package, photo, products

WEIGHTS = weights_file()
needs_extra = pytest.mark.skipif(WEIGHTS is None, reason="needs the extra products")


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned",)


def test_weights_that_run_something_are_refused(tmp_path):
    bomb = tmp_path / "bomb.pth"
    bomb.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(FileError, match=r"system is not for weights"):
        read_weights(bomb)


@pytest.mark.parametrize("content", [b"", b"hello", pickle.dumps(1) * 3, b"\x80\x02"])
def test_other_files_are_no_weights(tmp_path, content):
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(FileError, match="no weights that can be read"):
        read_weights(tmp_path / "a.pth")


@needs_extra
def test_weights_cut_off_are_refused(tmp_path):
    assert WEIGHTS is not None
    (tmp_path / "a.pth").write_bytes(WEIGHTS.read_bytes()[:200_000])
    with pytest.raises(FileError, match="no weights"):
        read_weights(tmp_path / "a.pth")


@needs_extra
def test_the_network_agrees_with_another_runtime():
    """The same model by ONNX Runtime: one reads the ONNX by the book, if both do."""
    assert WEIGHTS is not None
    runtime = pytest.importorskip("onnxruntime")
    coded = to_onnx(read_weights(WEIGHTS))
    x = _prepared(package("rice"))
    theirs = runtime.InferenceSession(coded).run(None, {"x": x})[0]
    net = cv2.dnn.readNetFromONNX(np.frombuffer(coded, np.uint8))
    net.setInput(x)
    assert np.abs(net.forward() - theirs).max() < 1e-3
    assert theirs.shape == (1, 1_280)


@needs_extra
def test_a_turned_a_blurred_and_a_dark_picture_are_nearest_to_their_own():
    embed = find_embedder()
    assert embed is not None
    home = np.stack([embed(package(key)) for key in KEYS[:8]])
    assert np.linalg.norm(home, axis=1) == pytest.approx(1, abs=1e-5)
    for number, key in enumerate(KEYS[:8]):
        picture = package(key)
        height, width = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), 8, 0.9)
        turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        for other in (turned, cv2.GaussianBlur(picture, (0, 0), 1.0), (picture * 0.6).astype(np.uint8)):
            assert np.argmax(home @ embed(other)) == number


@needs_extra
def test_kinds_decide_between_packages_that_key_points_leave_open():
    """The same finding with and without: the right one leads by more."""
    keys = ("chips-original", "chips-tomato", "chips-seaweed")
    frame = photo("chips-tomato", "rice", seed=11, hard=1.4)
    plain, kinds = products(keys).find(frame), products(keys, find_embedder()).find(frame)
    assert KEYS[kinds.candidates[0].item] == KEYS[plain.candidates[0].item] == "chips-tomato"
    assert kinds.candidates[0].score > plain.candidates[0].score
