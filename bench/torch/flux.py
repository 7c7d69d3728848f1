"""The FLUX transformer in PyTorch, written from docs/flux.md sections 1.3 to 1.7. Batch 1, its axis left out.

D hidden width, H heads, d head width, T text tokens, L image tokens, S = T + L. Text rows come first.
"""

import math

import torch
import torch.nn.functional as F

EPS = 1e-6


class Flux:
    """Frozen weights by their names in a diffusers checkpoint; `replay` maps "double.0.k" to raw K or V."""

    def __init__(self, weights, config, replay):
        self.weights = weights
        self.config = config
        self.replay = replay

    # The published forward pass

    def velocity(self, latents, condition, text, pooled, time, guidance, grid, taps):
        """[L, 64]; puts DOUBLE-k-0 and DOUBLE-k-2 of every double block into `taps`, each [L, D]."""
        active = F.silu(self.conditioning(time, guidance, pooled))
        pe = self.rope(text.shape[0], grid)
        img, txt = self.embed(latents, condition), self.linear(text, "context_embedder")
        for i in range(self.config["doubles"]):
            img, txt = self.double_block(i, img, txt, *self.double_modulation(i, active), pe, taps)
        x = torch.cat([txt, img])
        for i in range(self.config["singles"]):
            x = self.single_block(i, x, active, pe)
        scale, shift = self.linear(active, "norm_out.linear").chunk(2, -1)
        return self.linear(modulate(x[text.shape[0] :], shift, scale), "proj_out")

    def conditioning(self, time, guidance, pooled):
        """SiLU not yet applied, [1, D]."""
        vec = self.mlp(sinusoid(time), "time_text_embed.timestep_embedder")
        if guidance is not None:
            vec = vec + self.mlp(sinusoid(guidance), "time_text_embed.guidance_embedder")
        return vec + self.mlp(pooled, "time_text_embed.text_embedder")

    def double_modulation(self, i, active):
        """Two rows of six: of the image stream and of the text stream."""
        name = f"transformer_blocks.{i}"
        rows = self.linear(active, f"{name}.norm1.linear"), self.linear(active, f"{name}.norm1_context.linear")
        return tuple(row.chunk(6, -1) for row in rows)

    def embed(self, latents, condition):
        tokens = latents if condition is None else torch.cat([latents, condition], -1)
        return self.linear(tokens, "x_embedder")

    def rope(self, text_tokens, grid):
        """cos and sin [S, d], every value twice; text tokens stand at position 0."""
        h, w = grid
        rows = torch.arange(h, dtype=torch.float64).repeat_interleave(w)
        columns = torch.arange(w, dtype=torch.float64).repeat(h)
        ids = torch.stack([torch.zeros(h * w, dtype=torch.float64), rows, columns])
        ids = torch.cat([torch.zeros(3, text_tokens, dtype=torch.float64), ids], 1)
        angles = []
        for axis, width in enumerate(self.config["ropeAxes"]):
            rates = 10000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
            angles.append(ids[axis][:, None] * rates)
        angle = torch.cat(angles, 1).repeat_interleave(2, 1)
        return angle.cos().float(), angle.sin().float()

    def double_block(self, i, img, txt, img_mod, txt_mod, pe, taps, last=False, overwrite=True):
        """`last` leaves out what only the text output needs; `overwrite` computes replayed K and V before replacing them."""
        name = f"transformer_blocks.{i}.attn"
        img_in, txt_in = modulate(img, *img_mod[:2]), modulate(txt, *txt_mod[:2])
        taps[f"DOUBLE-{i}-0"] = img_in
        q = self.heads(img_in, f"{name}.to_q", f"{name}.norm_q")
        k = self.heads(img_in, f"{name}.to_k", f"{name}.norm_k", f"double.{i}.k", overwrite)
        v = self.heads(img_in, f"{name}.to_v", None, f"double.{i}.v", overwrite)
        txt_k = self.heads(txt_in, f"{name}.add_k_proj", f"{name}.norm_added_k")
        txt_v = self.heads(txt_in, f"{name}.add_v_proj")
        keys, values = rotate(torch.cat([txt_k, k], 1), pe), torch.cat([txt_v, v], 1)
        rows = txt.shape[0]
        if last:
            attended = attention(rotate(q, [table[rows:] for table in pe]), keys, values)
            return self.stream_out(i, "to_out.0", "ff", img, attended, img_mod, taps), None
        txt_q = self.heads(txt_in, f"{name}.add_q_proj", f"{name}.norm_added_q")
        attended = attention(rotate(torch.cat([txt_q, q], 1), pe), keys, values)
        img_out = self.stream_out(i, "to_out.0", "ff", img, attended[rows:], img_mod, taps)
        return img_out, self.stream_out(i, "to_add_out", "ff_context", txt, attended[:rows], txt_mod)

    def stream_out(self, i, projection, ff, x, attended, mod, taps=None):
        name = f"transformer_blocks.{i}"
        _, _, gate1, shift2, scale2, gate2 = mod
        x = x + gate1 * self.linear(attended, f"{name}.attn.{projection}")
        hidden = F.gelu(self.linear(modulate(x, shift2, scale2), f"{name}.{ff}.net.0.proj"), approximate="tanh")
        x = x + gate2 * self.linear(hidden, f"{name}.{ff}.net.2")
        if taps is not None:
            taps[f"DOUBLE-{i}-2"] = x
        return x

    def single_block(self, i, x, active, pe):
        name = f"single_transformer_blocks.{i}"
        shift, scale, gate = self.linear(active, f"{name}.norm.linear").chunk(3, -1)
        x_in = modulate(x, shift, scale)
        q = rotate(self.heads(x_in, f"{name}.attn.to_q", f"{name}.attn.norm_q"), pe)
        k = rotate(self.heads(x_in, f"{name}.attn.to_k", f"{name}.attn.norm_k", f"single.{i}.k"), pe)
        v = self.heads(x_in, f"{name}.attn.to_v", None, f"single.{i}.v")
        hidden = F.gelu(self.linear(x_in, f"{name}.proj_mlp"), approximate="tanh")
        return x + gate * self.linear(torch.cat([attention(q, k, v), hidden], -1), f"{name}.proj_out")

    # Pieces

    def linear(self, x, name):
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def mlp(self, x, name):
        return self.linear(F.silu(self.linear(x, f"{name}.linear_1")), f"{name}.linear_2")

    def heads(self, x, projection, norm=None, replayed=None, overwrite=True):
        """[rows, D] → [H, rows, d], normalised where the block has a norm for it."""
        stored = self.replay.get(replayed)
        if stored is None:
            raw = self.linear(x, projection)
        else:
            if overwrite:
                self.linear(x, projection)  # the published code computes what it then replaces
            raw = stored
        split = raw.unflatten(-1, (self.config["heads"], -1))
        if norm is not None:
            split = F.rms_norm(split, split.shape[-1:], self.weights[f"{norm}.weight"], EPS)
        return split.transpose(0, 1)


def modulate(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:], eps=EPS) * (1 + scale) + shift


def rotate(x, pe):
    """Neighbouring pairs of x [H, rows, d] by the angles of `pe`."""
    cos, sin = pe
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    return x * cos + torch.stack([-odd, even], -1).flatten(-2) * sin


def attention(q, k, v):
    """[H, rows, d] → [rows, D]. Four axes: SDPA's fused kernels take no fewer."""
    return F.scaled_dot_product_attention(q[None], k[None], v[None])[0].transpose(0, 1).flatten(1)


def sinusoid(value):
    """[1, 256], cosine half first, all products in float32."""
    rates = torch.exp(-math.log(10000) * torch.arange(128, dtype=torch.float32) / 128)
    angle = (torch.tensor(value, dtype=torch.float32) * 1000) * rates
    return torch.cat([angle.cos(), angle.sin()])[None]
