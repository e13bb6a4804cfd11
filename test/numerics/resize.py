"""Resize: every mode of coordinates and of interpolation, extents of one, regions, kept aspect ratios."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from case import F32, F64, Array, Tolerance, case
from values import ordinary

COORDINATES = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize")
NEAREST = {
    "round_prefer_floor": lambda x: math.ceil(x - 0.5),
    "round_prefer_ceil": lambda x: math.floor(x + 0.5),
    "floor": math.floor,
    "ceil": math.ceil,
}


def origin(mode: str, i: int, before: int, after: int, scale: float, region: tuple[float, float]) -> float:
    """Where element i of the result lies in the operand, as ONNX's text says."""
    length = scale * before
    if mode == "align_corners":
        return 0 if length == 1 else i * (before - 1) / (length - 1)
    if mode == "asymmetric":
        return i / scale
    if mode == "pytorch_half_pixel" and after == 1:
        return 0
    if mode == "half_pixel_symmetric":
        return before / 2 * (1 - after / length) + (i + 0.5) / scale - 0.5
    if mode == "tf_crop_and_resize":
        start, end = region
        if length == 1:
            return 0.5 * (start + end) * (before - 1)
        return start * (before - 1) + i * (end - start) * (before - 1) / (length - 1)
    return (i + 0.5) / scale - 0.5


def weight(mode: str, a: float, distance: float) -> float:
    x = abs(distance)
    if mode == "linear":
        return max(0.0, 1 - x)
    if x <= 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def resize_axis(x: Array, axis: int, after: int, scale: float, region: tuple[float, float], options: dict[str, Any]) -> Array:
    """Each element of the result is a sum over the operand's, as a matrix; what lies outside counts as the edge, or not."""
    before, mode = x.shape[axis], options.get("mode", "nearest")
    coordinates, a = options["coordinate_transformation_mode"], options.get("cubic_coeff_a", -0.75)
    spread = max(1.0, 1 / scale) if options.get("antialias") else 1.0
    reach = math.ceil((2 if mode == "cubic" else 1) * spread) + 1
    matrix, outside = np.zeros((after, before)), np.zeros(after, bool)
    for i in range(after):
        at = origin(coordinates, i, before, after, scale, region)
        outside[i] = coordinates == "tf_crop_and_resize" and not 0 <= at <= before - 1
        if mode == "nearest":
            matrix[i, min(max(NEAREST[options["nearest_mode"]](at), 0), before - 1)] = 1
            continue
        for k in range(math.floor(at) - reach, math.floor(at) + reach + 1):
            if 0 <= k < before or not options.get("exclude_outside"):
                matrix[i, min(max(k, 0), before - 1)] += weight(mode, a, (k - at) / spread)
        matrix[i] /= matrix[i].sum()
    result = np.moveaxis(np.tensordot(matrix, x, (1, axis)), 0, axis)
    result[(slice(None),) * axis + (outside,)] = options.get("extrapolation_value", 0.0)
    return result


def resized(x: Array, axes: list[int], sizes: list[int] | None, scales: list[float] | None, roi: Array | None, options: dict[str, Any]) -> Array:
    extents = [x.shape[axis] for axis in axes]
    policy = options.get("keep_aspect_ratio_policy", "stretch")
    if sizes is not None:
        scales = [size / extent for size, extent in zip(sizes, extents, strict=True)]
        if policy != "stretch":
            scales = [(min if policy == "not_larger" else max)(scales)] * len(axes)
            sizes = [math.floor(extent * scales[0] + 0.5) for extent in extents]
    else:
        scales = [float(np.float32(scale)) for scale in scales]
        sizes = [math.floor(extent * scale) for extent, scale in zip(extents, scales, strict=True)]
    result = x.astype(F64)
    for k, axis in enumerate(axes):
        region = (0.0, 1.0) if roi is None else (float(roi[k]), float(roi[k + len(axes)]))
        result = resize_axis(result, axis, sizes[k], scales[k], region, options)
    return result.astype(F32)


def add_cases() -> None:
    x = ordinary((1, 2, 5, 7), F32)
    regions = {False: None, True: np.array([0.21, -0.11, 0.93, 1.23], F32)}
    interpolations: list[dict[str, Any]] = [{"mode": "nearest", "nearest_mode": mode} for mode in NEAREST]
    interpolations += [{"mode": "linear"}, {"mode": "cubic"}, {"mode": "cubic", "cubic_coeff_a": -0.5, "exclude_outside": 1}]
    interpolations += [{"mode": mode, "antialias": 1} for mode in ("linear", "cubic")]
    targets: list[tuple[str, list[int] | None, list[float] | None]] = [
        ("one", [1, 1], None),
        ("same", [5, 7], None),
        ("mixed", [8, 1], None),
        ("shrunk", [3, 4], None),
        ("scales", None, [1.6, 0.4]),
    ]
    for coordinates in COORDINATES:
        crops = coordinates == "tf_crop_and_resize"
        for k, interpolation in enumerate(interpolations):
            if crops and interpolation.get("antialias"):
                continue
            for name, sizes, scales in targets:
                options = {"coordinate_transformation_mode": coordinates, "axes": [2, 3], **interpolation}
                if crops:
                    options["extrapolation_value"] = 10.0
                roi = regions[crops]
                result = resized(x, [2, 3], sizes, scales, roi, options)
                inputs = [x, roi, None if scales is None else np.array(scales, F32), None if sizes is None else np.array(sizes, np.int64)]
                case(f"Resize/{coordinates}_{k}_{name}", "Resize", inputs[: 3 if sizes is None else 4], result, constant=(1, 2, 3),
                     tolerance=Tolerance(0, 1e-5, zero_sign=False), **options)  # fmt: skip
    for policy in ("not_larger", "not_smaller"):
        for name, sizes in (("same", [5, 14]), ("one", [1, 9])):
            options = {"coordinate_transformation_mode": "half_pixel", "mode": "linear", "axes": [2, 3], "keep_aspect_ratio_policy": policy}
            result = resized(x, [2, 3], sizes, None, None, options)
            case(f"Resize/{policy}_{name}", "Resize", [x, None, None, np.array(sizes, np.int64)], result, constant=(3,),
                 tolerance=Tolerance(0, 1e-5, zero_sign=False), **options)  # fmt: skip
