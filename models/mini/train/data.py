"""Photos -> one memory-mapped array; training crops, fill masks and subject crops drawn from it.

  python data.py build PHOTO_DIR [PHOTO_DIR ...] --out photos     # writes photos.bin (uint8) + photos.json
     --sources SOURCES.tsv     only photos that it names (columns file, licence, credit) under a free licence
     --hold-out DIR            none that DIR holds, whatever its name there
  python data.py pack  PHOTO_DIR --out packs/photos --mib 55      # JPEG shards small enough to carry
  python data.py build packs/photos-*.tar --out photos            # build reads shards too
  python data.py sheet photos --png sheet.png                     # look at what training sees
"""
import argparse
import csv
import glob
import io
import json
import math
import os
import random
import re
import tarfile

import numpy as np
import torch
from PIL import Image, ImageDraw

EXT = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
SUBJECT = 128
BIL, BIC, BOX = Image.BILINEAR, Image.BICUBIC, Image.BOX


# --------------------------------------------------------------------------- building

def iter_images(sources):
    for src in sources:
        if os.path.isdir(src):
            for f in sorted(glob.glob(os.path.join(glob.escape(src), "**", "*"), recursive=True)):
                if f.lower().endswith(EXT) and os.path.isfile(f):
                    yield os.path.relpath(f, src), f
        elif src.endswith(".tar"):
            with tarfile.open(src) as t:
                for m in t:
                    if m.isfile() and m.name.lower().endswith(EXT):
                        yield m.name, io.BytesIO(t.extractfile(m).read())


def load_rgb(f, max_side):
    im = Image.open(f)
    if im.format == "JPEG":
        im.draft("RGB", (max_side, max_side))
    try:
        from PIL import ImageOps
        im = ImageOps.exif_transpose(im)
    except Exception:
        pass
    im = im.convert("RGB")
    s = max_side / max(im.size)
    if s < 1:
        im = im.resize((max(1, round(im.width * s)), max(1, round(im.height * s))), Image.LANCZOS)
    return im


FREE = ("cc0", "public domain", "pd", "cc by", "cc-by", "mit", "apache", "bsd", "unlicense", "wtfpl", "isc")


def licensed(path):
    """File names that SOURCES.tsv lists under a free licence that allows changes and any use."""
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    allowed = lambda v: v.lower().startswith(FREE) and not re.search(r"\b(nc|nd)\b", v.lower())
    refused = [r["file"] + " " + r["licence"] for r in rows if not allowed(r["licence"])]
    if refused:
        print("left out for their licence: %d, %s …" % (len(refused), ", ".join(refused[:3])))
    return {r["file"] for r in rows if allowed(r["licence"])}


def look(image):
    """16 x 16 grey, comparable between files of one photo."""
    return np.asarray(image.convert("L").resize((16, 16), BOX), np.float32)


def build(sources, out, max_side=1024, min_side=160, listed="", hold_out=""):
    index, off = [], 0
    names = licensed(listed) if listed else None
    held = [look(load_rgb(f, 256)) for _, f in iter_images([hold_out])] if hold_out else []
    with open(out + ".bin.tmp", "wb") as w:
        for name, f in iter_images(sources):
            try:
                a = np.asarray(load_rgb(f, max_side))
            except Exception as e:
                print("skipped", name, e)
                continue
            if min(a.shape[:2]) < min_side:
                continue
            if names is not None and os.path.basename(name) not in names:
                print("skipped", name, "not listed under a free licence")
                continue
            own = look(Image.fromarray(a))
            if any(np.abs(own - other).mean() < 3 for other in held):
                print("skipped", name, "held out")
                continue
            w.write(a.tobytes())
            index.append([off, a.shape[0], a.shape[1], name])
            off += a.size
    os.replace(out + ".bin.tmp", out + ".bin")
    with open(out + ".json", "w") as j:
        json.dump({"bytes": off, "images": index}, j)
    print("%d images, %.1f MiB -> %s.bin" % (len(index), off / 2**20, out))


def pack_shards(sources, out, mib=55, max_side=768, quality=88):
    """Re-encode as JPEG and write tar shards below the transfer limit."""
    os.makedirs(os.path.dirname(out) or ".", exist_ok=True)
    n, size, tar, k = 0, 0, None, 0
    for name, f in iter_images(sources):
        try:
            im = load_rgb(f, max_side)
        except Exception as e:
            print("skipped", name, e)
            continue
        b = io.BytesIO()
        im.save(b, "JPEG", quality=quality)
        if tar is None or size + b.tell() + 1024 > mib * 2**20:
            if tar:
                tar.close()
            tar, size, n = tarfile.open("%s-%02d.tar" % (out, n), "w"), 0, n + 1
        ti = tarfile.TarInfo("%05d.jpg" % k)
        ti.size = b.tell()
        b.seek(0)
        tar.addfile(ti, b)
        size, k = size + ti.size + 1024, k + 1
    if tar:
        tar.close()
    print("%d images in %d shards" % (k, n))


class Photos:
    def __init__(self, base, limit=0):
        with open(base + ".json") as j:
            self.images = json.load(j)["images"]
        if limit:
            self.images = self.images[:limit]
        self.base, self._mm = base, None

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        if self._mm is None:  # opened lazily, once per worker process
            self._mm = np.memmap(self.base + ".bin", dtype=np.uint8, mode="r")
        off, h, w, _ = self.images[i]
        return self._mm[off:off + h * w * 3].reshape(h, w, 3)


# --------------------------------------------------------------------------- crops

def jitter(a, rng, strength=1.0):
    """Light brightness / contrast / saturation / channel gain change of a uint8 (h, w, 3) array."""
    if strength <= 0 or rng.random() < 0.25:
        return a
    s = strength
    bri = 1 + rng.uniform(-0.12, 0.12) * s
    con = 1 + rng.uniform(-0.12, 0.12) * s
    sat = 1 + rng.uniform(-0.2, 0.2) * s
    gain = np.array([1 + rng.uniform(-0.04, 0.04) * s for _ in range(3)], np.float32)
    lum = np.array([0.299, 0.587, 0.114], np.float32)
    m = (np.eye(3, dtype=np.float32) * sat + (1 - sat) * lum[None, :]) * gain[:, None] * (con * bri)
    off = 127.5 * (1 - con) * bri
    y = a.reshape(-1, 3).astype(np.float32) @ m.T
    y += off
    np.clip(y, 0, 255, out=y)
    return y.astype(np.uint8).reshape(a.shape)


def cut(photo, box, out):
    """box (x0, y0, x1, y1) of ints -> PIL image of size out x out."""
    x0, y0, x1, y1 = box
    im = Image.fromarray(np.ascontiguousarray(photo[y0:y1, x0:x1]))
    s = min(x1 - x0, y1 - y0)
    return im.resize((out, out), BIC if s < 2 * out else BOX if s % out == 0 else BIC, reducing_gap=2.0)


def crop_box(h, w, size, rng, min_src=160):
    """Multi-scale crop: from the whole photo down to min_src pixels (never more than 2x enlargement)."""
    top = min(h, w)
    low = min(top, max(min_src, size // 2))
    if rng.random() < 0.3:
        s = top
    else:
        s = math.exp(rng.uniform(math.log(low), math.log(top)))
    asp = math.exp(rng.uniform(-0.15, 0.15))
    cw, ch = min(w, int(round(s * asp))), min(h, int(round(s / asp)))
    x, y = rng.randint(0, w - cw), rng.randint(0, h - ch)
    return x, y, x + cw, y + ch


def vae_box(h, w, size, rng):
    """Crops near native sharpness (1:1 to 5:1): the VAE is local and should see the detail it will be used on."""
    top = min(h, w)
    s = top if rng.random() < 0.1 else math.exp(rng.uniform(math.log(min(size, top)), math.log(min(top, 5 * size))))
    s = int(s)
    x, y = rng.randint(0, w - s), rng.randint(0, h - s)
    return x, y, x + s, y + s


# --------------------------------------------------------------------------- masks

def _blob(rng, n=None, rough=0.35):
    """A closed shape around the origin, radius about 1, as a list of points."""
    kind = rng.random()
    if kind < 0.3:  # ellipse
        asp, k = math.exp(rng.uniform(-0.7, 0.7)), 28
        pts = [(math.cos(2 * math.pi * i / k) * asp, math.sin(2 * math.pi * i / k) / asp) for i in range(k)]
    elif kind < 0.5:  # rectangle
        asp = math.exp(rng.uniform(-0.8, 0.8))
        pts = [(-asp, -1 / asp), (asp, -1 / asp), (asp, 1 / asp), (-asp, 1 / asp)]
    elif kind < 0.7:  # polygon
        k = rng.randint(3, 8)
        angs = sorted(rng.uniform(0, 2 * math.pi) for _ in range(k))
        pts = [(math.cos(t) * rng.uniform(0.5, 1.2), math.sin(t) * rng.uniform(0.5, 1.2)) for t in angs]
    else:  # smooth random outline
        k, harm = 36, [(j, rng.gauss(0, rough / j), rng.uniform(0, 2 * math.pi)) for j in range(1, 6)]
        asp = math.exp(rng.uniform(-0.4, 0.4))
        pts = []
        for i in range(k):
            t = 2 * math.pi * i / k
            r = max(0.25, 1 + sum(a * math.cos(j * t + p) for j, a, p in harm))
            pts.append((r * math.cos(t) * asp, r * math.sin(t) / asp))
    rot = rng.uniform(0, 2 * math.pi)
    c, s = math.cos(rot), math.sin(rot)
    return [(x * c - y * s, x * s + y * c) for x, y in pts]


def _place(pts, cx, cy, r, rot=0.0):
    c, s = math.cos(rot) * r, math.sin(rot) * r
    return [(cx + x * c - y * s, cy + x * s + y * c) for x, y in pts]


def _bbox(pts, size):
    xs, ys = [p[0] for p in pts], [p[1] for p in pts]
    return (max(0, min(xs)), max(0, min(ys)), min(size, max(xs)), min(size, max(ys)))


def make_mask(size, rng, full=0.15):
    """-> (uint8 (size, size) of 0/1, focus box in pixels or None).  Area 5..60 %, or the full image."""
    if rng.random() < full:
        return np.ones((size, size), np.uint8), None
    for _ in range(20):
        im = Image.new("L", (size, size), 0)
        d = ImageDraw.Draw(im)
        kind, focus = rng.random(), None
        if kind < 0.45:  # a region and its moved copy
            r = size * rng.uniform(0.09, 0.27)
            cx, cy = (rng.uniform(0.15, 0.85) * size for _ in range(2))
            pts = _blob(rng)
            a = _place(pts, cx, cy, r)
            ang, dist = rng.uniform(0, 2 * math.pi), r * rng.uniform(0.4, 2.5)
            b = _place(pts, cx + math.cos(ang) * dist, cy + math.sin(ang) * dist,
                       r * math.exp(rng.uniform(-0.3, 0.3)), rng.uniform(-0.8, 0.8))
            d.polygon(a, fill=255)
            d.polygon(b, fill=255)
            if rng.random() < 0.4:  # the swept hull between both
                for i in range(1, 6):
                    f = i / 6
                    d.polygon([(p[0] * (1 - f) + q[0] * f, p[1] * (1 - f) + q[1] * f) for p, q in zip(a, b)], fill=255)
            focus = _bbox(b if rng.random() < 0.7 else a, size)
        else:
            for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
                if rng.random() < 0.7:
                    r = size * rng.uniform(0.08, 0.36)
                    p = _place(_blob(rng), rng.uniform(0.05, 0.95) * size, rng.uniform(0.05, 0.95) * size, r)
                    d.polygon(p, fill=255)
                    box = _bbox(p, size)
                else:  # brush stroke
                    wd = max(3, int(size * rng.uniform(0.05, 0.16)))
                    x, y = (rng.uniform(0.1, 0.9) * size for _ in range(2))
                    ang, pts = rng.uniform(0, 2 * math.pi), [(x, y)]
                    for _ in range(rng.randint(2, 6)):
                        ang += rng.gauss(0, 0.7)
                        x += math.cos(ang) * size * rng.uniform(0.06, 0.2)
                        y += math.sin(ang) * size * rng.uniform(0.06, 0.2)
                        pts.append((x, y))
                    d.line(pts, fill=255, width=wd, joint="curve")
                    for px, py in pts:
                        d.ellipse((px - wd / 2, py - wd / 2, px + wd / 2, py + wd / 2), fill=255)
                    box = _bbox(pts, size)
                if focus is None:
                    focus = box
        m = (np.asarray(im) > 127).astype(np.uint8)
        if 0.05 <= m.mean() <= 0.60 and focus[2] - focus[0] > size * 0.06 and focus[3] - focus[1] > size * 0.06:
            return m, focus
    m = np.zeros((size, size), np.uint8)
    q = size // 4
    m[q:3 * q, q:3 * q] = 1
    return m, (q, q, 3 * q, 3 * q)


def subject_crop(photo, box, rng, augment=True, out=SUBJECT):
    """Square crop around box (photo pixels) with flip / rotation / scale / colour changes."""
    h, w = photo.shape[:2]
    cx, cy = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    side = max(box[2] - box[0], box[3] - box[1], 24) * 1.15
    rot, flip = 0.0, False
    if augment:
        side /= rng.uniform(0.8, 1.25)
        rot, flip = math.radians(rng.uniform(-25, 25)), rng.random() < 0.5
    side = min(side, 1.5 * min(h, w))
    # pull in a margin for the rotation, shrink it, then sample
    half = side * 0.72 if rot else side * 0.5
    x0, y0 = int(max(0, cx - half)), int(max(0, cy - half))
    x1, y1 = int(min(w, math.ceil(cx + half))), int(min(h, math.ceil(cy + half)))
    if x1 - x0 < 4 or y1 - y0 < 4:
        x0, y0, x1, y1 = 0, 0, w, h
    im = Image.fromarray(np.ascontiguousarray(photo[y0:y1, x0:x1]))
    k = max(1.0, side / out)  # reduction
    if k > 1:
        im = im.resize((max(2, round(im.width / k)), max(2, round(im.height / k))), BIC, reducing_gap=2.0)
    u, v = (cx - x0) * im.width / (x1 - x0), (cy - y0) * im.height / (y1 - y0)
    g = side / k / out
    c, s = math.cos(rot) * g, math.sin(rot) * g
    fx = -1 if flip else 1
    a, b, d, e = c * fx, -s, s * fx, c
    m = out / 2
    im = im.transform((out, out), Image.AFFINE, (a, b, u - a * m - b * m, d, e, v - d * m - e * m), BIL,
                      fillcolor=(127, 127, 127))
    arr = np.asarray(im)
    return jitter(arr, rng, 1.3) if augment else arr


# --------------------------------------------------------------------------- datasets

class Crops(torch.utils.data.IterableDataset):
    """Endless random crops; mode 'vae' gives x, mode 'fill' gives x, mask, subject (all uint8)."""

    def __init__(self, base, size, mode="fill", seed=0, limit=0, full=0.15):
        self.photos, self.size, self.mode, self.seed, self.full = Photos(base, limit), size, mode, seed, full

    def draw(self, rng):
        p = self.photos[rng.randrange(len(self.photos))]
        h, w = p.shape[:2]
        box = (vae_box if self.mode == "vae" else crop_box)(h, w, self.size, rng)
        flip = rng.random() < 0.5
        a = np.asarray(cut(p, box, self.size))
        if flip:
            a = a[:, ::-1]
        a = jitter(a, rng, 0.6)
        x = torch.from_numpy(np.array(a)).permute(2, 0, 1)
        if self.mode == "vae":
            return {"x": x}
        m, f = make_mask(self.size, rng, self.full)
        if f is None:
            r = self.size * rng.uniform(0.15, 0.4)
            cx, cy = rng.uniform(r, self.size - r), rng.uniform(r, self.size - r)
            f = (cx - r, cy - r, cx + r, cy + r)
        if flip:
            f = (self.size - f[2], f[1], self.size - f[0], f[3])
        sx, sy = (box[2] - box[0]) / self.size, (box[3] - box[1]) / self.size
        s = subject_crop(p, (box[0] + f[0] * sx, box[1] + f[1] * sy, box[0] + f[2] * sx, box[1] + f[3] * sy), rng)
        return {"x": x, "mask": torch.from_numpy(m)[None],
                "subject": torch.from_numpy(np.array(s)).permute(2, 0, 1)}

    def __iter__(self):
        wi = torch.utils.data.get_worker_info()
        rng = random.Random(self.seed * 1000003 + (wi.id if wi else 0) * 7919 + 1)
        if wi:
            torch.set_num_threads(1)
        while True:
            yield self.draw(rng)


def loader(base, size, batch, mode="fill", workers=1, seed=0, limit=0, full=0.15):
    ds = Crops(base, size, mode, seed, limit, full)
    kw = dict(num_workers=workers)
    if workers:
        kw.update(prefetch_factor=4, persistent_workers=True)
    return iter(torch.utils.data.DataLoader(ds, batch_size=batch, pin_memory=torch.cuda.is_available(), **kw))


def to_float(u8):
    return u8.float().div_(127.5).sub_(1.0)


def to_u8(x):
    return ((x.float().clamp(-1, 1) + 1) * 127.5 + 0.5).clamp(0, 255).to(torch.uint8)


def save_sheet(rows, path, pad=4):
    """rows: list of lists of (3, h, w) uint8 tensors or None -> one PNG."""
    hs = [max(t.shape[1] for t in r if t is not None) for r in rows]
    n = max(len(r) for r in rows)
    ws = [max([r[i].shape[2] for r in rows if i < len(r) and r[i] is not None] or [1]) for i in range(n)]
    c = np.full((sum(hs) + pad * (len(hs) + 1), sum(ws) + pad * (n + 1), 3), 255, np.uint8)
    y = pad
    for r, h in zip(rows, hs):
        x = pad
        for t, w in zip(r, ws):
            if t is not None:
                c[y:y + t.shape[1], x:x + t.shape[2]] = t.permute(1, 2, 0).cpu().numpy()
            x += w + pad
        y += h + pad
    Image.fromarray(c).save(path)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cmd", choices=("build", "pack", "sheet", "speed"))
    ap.add_argument("src", nargs="+")
    ap.add_argument("--out", default="photos")
    ap.add_argument("--sources", default="")
    ap.add_argument("--hold-out", default="")
    ap.add_argument("--max-side", type=int, default=0)
    ap.add_argument("--mib", type=float, default=55)
    ap.add_argument("--quality", type=int, default=88)
    ap.add_argument("--size", type=int, default=128)
    ap.add_argument("--png", default="sheet.png")
    a = ap.parse_args()
    if a.cmd == "build":
        build(a.src, a.out, a.max_side or 1024, listed=a.sources, hold_out=a.hold_out)
    elif a.cmd == "pack":
        pack_shards(a.src, a.out, a.mib, a.max_side or 768, a.quality)
    elif a.cmd == "sheet":
        ds, rng, rows = Crops(a.src[0], a.size, "fill", 1), random.Random(3), []
        for _ in range(8):
            r = []
            for _ in range(3):
                d = ds.draw(rng)
                mm = (d["mask"] * 255).expand(3, -1, -1)
                r += [d["x"], mm, d["subject"]]
            rows.append(r)
        save_sheet(rows, a.png)
    else:
        import time
        for mode in ("vae", "fill"):
            ds, rng, t = Crops(a.src[0], a.size, mode, 1), random.Random(3), time.time()
            for _ in range(100):
                ds.draw(rng)
            print(mode, "%.2f ms per sample" % ((time.time() - t) * 10))


if __name__ == "__main__":
    main()
