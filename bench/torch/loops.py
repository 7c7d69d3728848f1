"""Drag iterations in PyTorch: the published loop as it stands, and the same with what it does not need left out."""

import os
import time

import torch
import torch.nn.functional as F

from flux import Flux
from loss import cropped_l1, cut_features, masked_l1
from weights import read_raw, read_safetensors


class Case:
    """One drag problem as the bench wrote it: everything an iteration reads."""

    def __init__(self, about, folder):
        tensors = {
            name: read_raw(os.path.join(folder, file["file"]), file["shape"]) for name, file in about["tensors"].items()
        }
        self.about = about
        self.grid, self.cut, self.names = about["grid"], about["cut"], about["features"]
        replay = {name[3:]: value for name, value in tensors.items() if name.startswith("kv.")}
        self.flux = Flux(read_safetensors(about["weights"]), about["config"], replay)
        self.text, self.pooled, self.condition = tensors["text"], tensors["pooled"], tensors.get("condition")
        self.source, self.start, self.background = tensors["source"], tensors["start"], tensors["background"]
        self.editable = tensors["editable"] > 0
        self.regions = [
            {**region, "soft": tensors[f"region.{i}"][None, None]} for i, region in enumerate(about["regions"])
        ]

    def step(self, z, grad):
        return torch.where(self.editable, z - self.about["rate"] * grad, self.background)


class Straightforward:
    """The whole transformer under autograd in every iteration; its velocity is thrown away."""

    def __init__(self, case):
        self.case = case
        with torch.no_grad():
            self.source = self.features(case.source)

    def features(self, latents):
        case, taps = self.case, {}
        about = case.about
        case.flux.velocity(
            latents, case.condition, case.text, case.pooled, about["time"], about["guidance"], case.grid, taps
        )
        return cut_features(taps, case.names, case.grid, case.cut)

    def gradient(self, z, iteration):
        z = z.detach().requires_grad_(True)
        loss = masked_l1(self.features(z), self.source, self.case.regions, iteration)
        (grad,) = torch.autograd.grad(loss, z)
        return float(loss.detach()), grad


class Trimmed:
    """Double blocks up to the last feature only; time, guidance and position are worked out before the loop; replayed K and V
    are not projected first; what only the text output of the last block needs is left out."""

    def __init__(self, case):
        self.case, flux, about = case, case.flux, case.about
        self.last = max(int(name.split("-")[1]) for name in case.names)
        with torch.inference_mode():
            active = F.silu(flux.conditioning(about["time"], about["guidance"], case.pooled))
            mods = [flux.double_modulation(i, active) for i in range(self.last + 1)]
            pe, txt = flux.rope(case.text.shape[0], case.grid), flux.linear(case.text, "context_embedder")
        # Copies: autograd refuses to save tensors that were made in inference mode.
        self.mods = [[[row.clone() for row in rows] for rows in mod] for mod in mods]
        self.pe, self.txt = [table.clone() for table in pe], txt.clone()
        with torch.inference_mode():
            source = cut_features(self.taps(case.source), case.names, case.grid, case.cut)
        self.source = source.clone()

    def taps(self, latents):
        case, taps = self.case, {}
        img, txt = case.flux.embed(latents, case.condition), self.txt
        for i in range(self.last + 1):
            last = i == self.last
            img, txt = case.flux.double_block(i, img, txt, *self.mods[i], self.pe, taps, last, overwrite=False)
        return taps

    def gradient(self, z, iteration):
        case = self.case
        z = z.detach().requires_grad_(True)
        loss = self.loss(self.taps(z), iteration)
        (grad,) = torch.autograd.grad(loss, z)
        return float(loss.detach()), grad

    def loss(self, taps, iteration):
        case = self.case
        return masked_l1(cut_features(taps, case.names, case.grid, case.cut), self.source, case.regions, iteration)


class Cropped(Trimmed):
    """The trimmed loop with the loss in the regions' boxes only."""

    def loss(self, taps, iteration):
        case = self.case
        return cropped_l1(taps, case.names, case.grid, case.cut, self.source, case.regions, iteration)


LOOPS = {"straightforward": Straightforward, "trimmed": Trimmed, "cropped": Cropped}


def drag(loop, iterations):
    """Latents after so many iterations, the loss before each, and the seconds they took."""
    z, losses = loop.case.start, []
    begun = time.perf_counter()
    for iteration in range(iterations):
        loss, grad = loop.gradient(z, iteration)
        z = loop.case.step(z, grad)
        losses.append(loss)
    return z, losses, time.perf_counter() - begun
