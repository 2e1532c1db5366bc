"""Which package of a catalogue a picture shows: key points that lie as on the catalogue's picture, in its colours.

Answers only where it is sure (``LEAST_INLIERS``, ``LEAST_LEAD``), else names the five likeliest. Method, settings and
measurements: docs/services.md, "Prices".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from emulator.vision._cv import cv2
from emulator.vision.embedding import Embed, Vector
from emulator.vision.features import Features, Frame, describe, sized, to_root_sift

CATALOGUE_PX, LOOK_PX = 480, 640  # longer side of a catalogue picture, of a look
LEAST_INLIERS, LEAST_LEAD = 15, 1.5  # of an answer: key points in place, score over the runner-up's
CANDIDATES, UNSURE = 5, 0.59  # candidates shown; the most confidence of what is no answer
MIDDLE = 0.5  # of a frame much larger than a look: the part that is looked at
MIDDLE_ABOVE_PX = 960
MOST_KEPT, LEAST_KEPT = 600_000, 150  # key points of a catalogue: 300 MB; of a picture, however many there are
TREES, CHECKS, NEIGHBOURS = 4, 64, 6  # of FLANN's KD-trees
NEAR, FAR = 1.15, 0.75  # a vote is at most this times the nearest, and never beyond this distance of RootSIFT
LEAST_VOTES, MOST_VOTES = (
    6,
    150,
)  # of a picture whose geometry is tried: the nearest; far ones hide it in small catalogues
MOST_TRIED = 40  # pictures a look
RANSAC_PX, TRIES = 5.0, 5_000  # USAC with these is as good as plain RANSAC with 2,000, in a quarter of the time
BLUR_PX, COLOUR_STEP = 6.0, 12.0  # colours are compared blurred; 12 steps of Lab apart are 1/e as good
KIND_WEIGHT, MOST_KINDS = 4.0, 8  # of the cosine of two embeddings, in the exponent; candidates it is computed for
LEAST_COLOUR = 0.2  # colours under odd light count at least this
ASIDE = 0.35  # of half the diagonal: a package so far from the middle of the look counts 1/e: one looks at the middle
LEAST_CENTRAL = 0.6  # of an answer: a package at the edge is none, though it may be all that was recognised
LEAST_AGREEING = 0.2  # of an answer, agreement of colours: words alone, on a poster or another variety, are no package
LEAST_SPREAD = 0.1  # of an answer: a word or a brand in one corner is not yet the package
MOST_SIDE_PX, MOST_DEPTH = 3.0 * LOOK_PX, 2.5  # beyond is no hand-held package: a side; a near side over a far one
LEAST_SIDE_PX = 24.0  # a package seen smaller than this is a chance alignment


@dataclass(frozen=True, slots=True)
class Known:
    """A picture of the catalogue.

    Attributes:
        item: Number of the product it shows; a product may have several pictures.
        features: Key points of the picture at ``CATALOGUE_PX``.
        size_px: Its width and height.
        picture: Gives the picture at ``CATALOGUE_PX``, shape (h, w, 3), uint8, BGR.
    """

    item: int
    features: Features
    size_px: tuple[int, int]
    picture: Callable[[], Frame]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that the picture may show.

    Attributes:
        item: Its number.
        score: Inliers times how well the colours agree, less aside of the middle; only to be compared with others of
            the same look.
        inliers: Key points that lie where one view of the package would put them.
        colour: How well the colours agree, in [0, 1].
        spread: Share of the package's face that the inliers span, in [0, 1].
        central: 1 over the middle of the look, less the farther aside, above 0.
        corners: The package's corners in pixels of the picture, clockwise from its top left.
    """

    item: int
    score: float
    inliers: int
    colour: float
    spread: float
    central: float
    corners: tuple[tuple[float, float], ...]

    @property
    def whole(self) -> bool:
        """Whether it is more than a word or a brand on something else: of its face, in its colours, in the middle."""
        apart = self.spread >= LEAST_SPREAD and self.central >= LEAST_CENTRAL
        return apart and self.colour >= LEAST_AGREEING


@dataclass(frozen=True, slots=True)
class Finding:
    """What a picture shows: the candidates, likeliest first, each product once."""

    candidates: tuple[Candidate, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the first candidate is an answer."""
        if not self.candidates:
            return False
        best = self.candidates[0]
        return best.inliers >= LEAST_INLIERS and self.lead >= LEAST_LEAD and best.whole

    @property
    def lead(self) -> float:
        """Score of the first over that of the second; infinite if it is alone, 0 if there is none."""
        if len(self.candidates) < 2:
            return math.inf if self.candidates else 0.0
        return self.candidates[0].score / self.candidates[1].score

    @property
    def confidence(self) -> float:
        """The first candidate's share of the two best scores, less while inliers are few; in [0, 1].

        An answer has at least 0.6, anything else less.
        """
        if not self.candidates:
            return 0.0
        best, *others = self.candidates
        share = best.score / (best.score + (others[0].score if others else 0.0))
        share *= min(1.0, best.inliers / LEAST_INLIERS)
        return share if self.sure else min(share, UNSURE)


class Products:
    """The pictures of a catalogue, ready to be searched; made once, then each look takes some 0.15 s."""

    def __init__(self, known: Sequence[Known], embed: Embed | None = None) -> None:
        """Build the search trees.

        Args:
            known: The pictures, in an order that stays: ties go to the first.
            embed: Tells kinds of things apart (``embedding.py``); without it key points and colours decide.
        """
        self._embed, self._kinds = embed, dict[int, Vector]()
        self._known = tuple(one for one in thinned(known) if len(one.features.points))
        self._pictures: dict[int, npt.NDArray[np.float32]] = {}
        self._owner = np.repeat(np.arange(len(self._known)), [len(one.features.points) for one in self._known])
        first = np.cumsum([0, *(len(one.features.points) for one in self._known)])
        self._first = first[:-1]
        self._trees = None
        if len(self._owner) >= NEIGHBOURS:
            self._all = to_root_sift(np.concatenate([one.features.descriptors for one in self._known]))
            cv2.setRNGSeed(1)  # FLANN's trees are random: the same ones every time
            self._trees = cv2.flann_Index(self._all, {"algorithm": 1, "trees": TREES})

    def find(self, frame: Frame) -> Finding:
        """Say what the frame shows; a large frame is searched in its middle, then as a whole.

        Args:
            frame: Shape (h, w, 3), uint8, BGR.
        """
        height, width = frame.shape[:2]
        if max(height, width) < MIDDLE_ABOVE_PX:
            return self._look(frame, (0, 0))
        y, x = round(height * (1 - MIDDLE) / 2), round(width * (1 - MIDDLE) / 2)
        middle = self._look(np.ascontiguousarray(frame[y : height - y, x : width - x]), (x, y))
        if middle.sure:
            return middle
        whole = self._look(frame, (0, 0))
        return whole if whole.sure or _inliers(whole) >= _inliers(middle) else middle

    def _look(self, part: Frame, at: tuple[int, int]) -> Finding:
        """Search a part of a frame whose top left is ``at``."""
        if self._trees is None or min(part.shape[:2]) < LEAST_SIDE_PX:
            return Finding()
        small = sized(part, LOOK_PX)
        features = describe(small)
        if len(features.points) < LEAST_VOTES:
            return Finding()
        votes = self._votes(features)
        lab = _to_lab(small)
        scale = small.shape[1] / part.shape[1]
        best: dict[int, tuple[Candidate, int]] = {}
        for owner, seen, at_home in votes:
            candidate = self._place(owner, features.points[seen], at_home, lab)
            if candidate and (candidate.item not in best or candidate.score > best[candidate.item][0].score):
                best[candidate.item] = candidate, owner
        ranked = self._by_kind(small, sorted(best.values(), key=lambda one: -one[0].score)[:MOST_KINDS])
        return Finding(tuple(_moved(one, scale, at) for one in ranked[:CANDIDATES]))

    def _by_kind(self, look: Frame, found: list[tuple[Candidate, int]]) -> list[Candidate]:
        """Return candidates, likeliest first: those of the kind of thing that the look shows count more."""
        if self._embed is None or len(found) < 2:
            return [candidate for candidate, _ in found]
        seen = self._embed(look)
        for _, owner in found:
            if owner not in self._kinds:
                self._kinds[owner] = self._embed(self._known[owner].picture())
        alike = [float(seen @ self._kinds[owner]) for _, owner in found]
        scored = [
            replace(candidate, score=candidate.score * math.exp(KIND_WEIGHT * cosine))
            for (candidate, _), cosine in zip(found, alike, strict=True)
        ]
        return sorted(scored, key=lambda one: -one.score)

    def _votes(self, features: Features) -> list[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
        """Return for each picture with votes enough: its number, the key points that voted, and where they lie in it."""
        assert self._trees is not None
        indices, squares = self._trees.knnSearch(
            to_root_sift(features.descriptors), NEIGHBOURS, params={"checks": CHECKS}
        )
        distance = np.sqrt(squares)
        votes = (distance <= NEAR * distance[:, :1]) & (distance <= FAR)
        rows, columns = np.nonzero(votes)  # by row, then nearest first
        hits = indices[rows, columns]
        owners = self._owner[hits]
        _, once, times = np.unique(owners * len(features.points) + rows, return_index=True, return_counts=True)
        once = once[times == 1]  # a key point that is as near to two places of a picture tells nothing of it
        once = once[np.argsort(distance[rows[once], columns[once]], kind="stable")]
        rows, hits, owners = rows[once], hits[once], owners[once]
        counts = np.bincount(owners, minlength=len(self._known))
        tried = [
            int(owner) for owner in np.argsort(-counts, kind="stable")[:MOST_TRIED] if counts[owner] >= LEAST_VOTES
        ]
        result = []
        for owner in tried:
            mine = np.flatnonzero(owners == owner)[:MOST_VOTES]
            result.append((owner, rows[mine], self._known[owner].features.points[hits[mine] - self._first[owner]]))
        return result

    def _place(
        self, owner: int, seen: npt.NDArray[np.float32], at_home: npt.NDArray[np.float32], lab: npt.NDArray[np.float32]
    ) -> Candidate | None:
        """Return the candidate of one picture: how many votes agree on one view of it, and in what colours."""
        view, kept = cv2.findHomography(at_home, seen, cv2.USAC_FAST, RANSAC_PX, maxIters=TRIES)
        if view is None:
            return None
        inside = kept.ravel().astype(bool)
        inliers = len(np.unique(np.round(at_home[inside]), axis=0))
        width, height = self._known[owner].size_px
        outline = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
        corners = cv2.perspectiveTransform(outline, view)[0]
        if inliers < 4 or not _possible(corners):
            return None
        colour = _colour(self._lab(owner), lab, view, at_home[inside])
        central = _central(corners, lab.shape[1], lab.shape[0])
        return Candidate(
            self._known[owner].item,
            inliers * (LEAST_COLOUR + colour) * central,
            inliers,
            colour,
            float(cv2.contourArea(cv2.convexHull(at_home[inside]))) / (width * height),
            central,
            tuple((float(x), float(y)) for x, y in corners),
        )

    def _lab(self, owner: int) -> npt.NDArray[np.float32]:
        if owner not in self._pictures:
            self._pictures[owner] = _to_lab(self._known[owner].picture())
        return self._pictures[owner]


def thinned(known: Sequence[Known], most: int = MOST_KEPT) -> list[Known]:
    """Return pictures with fewer key points each, the strongest, where they are more than ``most`` in all."""
    each = max(LEAST_KEPT, most // max(1, len(known)))
    return [replace(one, features=one.features.strongest(each)) for one in known]


def _inliers(finding: Finding) -> int:
    return finding.candidates[0].inliers if finding.candidates else 0


def _to_lab(frame: Frame) -> npt.NDArray[np.float32]:
    """Return the frame blurred, in CIE Lab."""
    blurred = cv2.GaussianBlur(frame, (0, 0), BLUR_PX)
    return np.asarray(cv2.cvtColor(blurred.astype(np.float32) / 255, cv2.COLOR_BGR2LAB), np.float32)


def _colour(
    home: npt.NDArray[np.float32],
    seen: npt.NDArray[np.float32],
    view: npt.NDArray[np.float64],
    points: npt.NDArray[np.float32],
) -> float:
    """Return how well the colours agree inside the box of the inliers, in [0, 1]."""
    height, width = home.shape[:2]
    aligned = cv2.warpPerspective(seen, view, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    x, y, w, h = cv2.boundingRect(points)
    box = np.s_[max(0, y) : y + h, max(0, x) : x + w, 1:]
    apart = np.abs(home[box] - aligned[box])
    return math.exp(-float(apart.mean()) / COLOUR_STEP) if apart.size else 0.0


def _central(corners: npt.NDArray[np.float32], width: int, height: int) -> float:
    """Return 1 for a package over the middle of the look, less the farther it is from it."""
    inside = cv2.pointPolygonTest(corners.reshape(-1, 1, 2), (width / 2, height / 2), True)
    return math.exp(min(0.0, float(inside)) / (ASIDE * math.hypot(width, height) / 2))


def _possible(corners: npt.NDArray[np.float32]) -> bool:
    """Say whether corners are those of a flat package seen from its front.

    Convex, not mirrored, no speck, no wall, and its far side not much shorter than its near one: what a few words that
    agree make of the rest of the package is none of these.
    """
    if not np.isfinite(corners).all():
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    opposite = np.maximum(lengths[:2], lengths[2:]) / np.maximum(np.minimum(lengths[:2], lengths[2:]), 1.0)
    sized_well = lengths.min() >= LEAST_SIDE_PX and lengths.max() <= min(MOST_SIDE_PX, 8 * lengths.min())
    return bool((turns > 0).all() and sized_well and opposite.max() <= MOST_DEPTH)


def _moved(candidate: Candidate, scale: float, at: tuple[int, int]) -> Candidate:
    corners = tuple((x / scale + at[0], y / scale + at[1]) for x, y in candidate.corners)
    return replace(candidate, corners=corners)
