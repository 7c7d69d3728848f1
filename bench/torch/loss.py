"""Region supervision on block features, written from docs/flux.md sections 5.6, 5.8 and 5.9."""

import torch
import torch.nn.functional as F


def cut_features(taps, names, grid, cut):
    """The taps [L, D] as planes [1, F, hc, wc], hidden channels read as (channel, dy, dx)."""
    h, w = grid
    planes = []
    for name in names:
        x = taps[name].reshape(h, w, -1, 2, 2).permute(2, 0, 3, 1, 4)  # [D/4, h, dy, w, dx]
        planes.append(resize(x.reshape(1, -1, 2 * h, 2 * w), cut))
    return torch.cat(planes, 1)


def resize(planes, cut):
    return F.interpolate(planes, size=tuple(cut), mode="bilinear", align_corners=False)


def positions(sampling_map, cut):
    """Where every cut pixel reads from, normalised for grid_sample with align_corners=True: [1, hc, wc, 2]."""
    a, b, c, d, e, f = sampling_map
    y, x = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in cut), indexing="ij")
    u, v = a * x + b * y + c, d * x + e * y + f
    return torch.stack([2 * u / (cut[1] - 1) - 1, 2 * v / (cut[0] - 1) - 1], -1).float()[None]


def warp(planes, at, padding):
    return F.grid_sample(planes, at, mode="bilinear", padding_mode=padding, align_corners=True)


def masked_l1(got, source, regions, iteration):
    """Mean over the whole map, zeros outside the regions included."""
    loss = 0
    for region in regions:
        at = positions(region["maps"][iteration], got.shape[-2:])
        mask = (warp(region["soft"], at, "zeros") > 0.5).float()
        loss = loss + region["weight"] * (mask * got - mask * warp(source, at, "border")).abs().mean()
    return loss


def box_of(mask):
    """Rows and columns around the ones of a mask [1, 1, hc, wc]."""
    rows, columns = mask[0, 0].amax(1).nonzero(), mask[0, 0].amax(0).nonzero()
    return (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))


def matrix(rows, columns):
    """The bilinear resize of one axis as a matrix [columns, rows]."""
    return F.interpolate(torch.eye(rows)[None], size=columns, mode="linear", align_corners=False)[0].T


def cropped_l1(taps, names, grid, cut, source, regions, iteration):
    """The same number from the regions' boxes alone: features are resized there only, nothing else is in the loss."""
    (h, w), loss = grid, 0
    rows, columns = matrix(2 * h, cut[0]), matrix(2 * w, cut[1])
    for region in regions:
        at = positions(region["maps"][iteration], cut)
        mask = (warp(region["soft"], at, "zeros") > 0.5).float()
        y, x = box_of(mask)
        target, inside = warp(source, at[:, y, x], "border")[0], mask[0, :, y, x]
        total = 0
        for i, name in enumerate(names):
            planes = taps[name].reshape(h, w, -1, 2, 2).permute(2, 0, 3, 1, 4).reshape(-1, 2 * h, 2 * w)
            got = rows[y] @ planes @ columns[x].T
            part = target[i * len(planes) : (i + 1) * len(planes)]
            total = total + (inside * (got - part)).abs().sum()
        loss = loss + region["weight"] * total / (source.shape[1] * cut[0] * cut[1])
    return loss
