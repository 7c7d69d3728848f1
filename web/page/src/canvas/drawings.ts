/** What each layer of the canvas shows, the lowest first. */
import { affineOf } from "../geometry/motion.ts";
import { arrows } from "../state/chat.ts";
import { operations, selected } from "../state/operations.ts";
import { current, pixels } from "../state/picture.ts";
import { previewIsCurrent, serverPreview } from "../state/preview.ts";
import { masks } from "../state/region.ts";
import { comparing } from "../state/result.ts";
import { cursor, shape } from "../state/tool.ts";
import { colours } from "./colours.ts";
import { drawFrame } from "./frame.ts";
import { drawLive } from "./live.ts";
import { rimOf, tinted } from "./mask-canvas.ts";
import { pulling } from "./move-tool.ts";
import { drawResult } from "./result-view.ts";
import type { Drawing } from "./stage.ts";
import { canvasSize, view } from "./view.ts";

/** From here on single pixels are looked at. */
const CRISP_FROM = 2.5;
const GRID_FROM = 8;

const photo: Drawing = (context, scale) => {
  const node = current.value;
  const shown = pixels.value;
  if (node === undefined || shown === undefined) return;
  context.imageSmoothingEnabled = scale * (1 / shown.ratio) < CRISP_FROM;
  context.imageSmoothingQuality = "high";
  context.drawImage(shown.bitmap, 0, 0, node.width, node.height);
  if (operations.value.length === 0 || comparing.value) return drawResult(context, scale);
  const preview = serverPreview.value;
  if (preview !== undefined && previewIsCurrent.value && !pulling.value) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = preview.box;
    context.drawImage(preview.bitmap, x0, y0, x1 - x0, y1 - y0);
  } else drawLive(context);
};

const grid: Drawing = (context, scale) => {
  const node = current.value;
  if (node === undefined || scale < GRID_FROM) return;
  const { x, y } = view.value;
  const { width, height } = canvasSize.value;
  const [left, top] = [Math.max(0, Math.floor(-x / scale)), Math.max(0, Math.floor(-y / scale))];
  const right = Math.min(node.width, Math.ceil((width - x) / scale));
  const bottom = Math.min(node.height, Math.ceil((height - y) / scale));
  context.beginPath();
  for (let i = left; i <= right; i++) line(context, i, top, i, bottom);
  for (let j = top; j <= bottom; j++) line(context, left, j, right, j);
  context.lineWidth = 1 / scale;
  context.strokeStyle = "rgb(128 128 128 / 0.35)";
  context.stroke();
};

const regions: Drawing = (context, scale) => {
  if (comparing.value) return;
  for (const operation of operations.value) {
    const mask = masks.value.get(operation.region.regionId);
    if (mask === undefined) continue;
    const chosen = operation === selected.value;
    context.save();
    const [a, b, c, d, e, f] = affineOf(operation.handling);
    context.transform(a, d, b, e, c, f);
    drawMask(context, mask, chosen && !pulling.value ? colours().accent : colours().rim);
    context.restore();
  }
  const one = selected.value;
  if (one !== undefined) drawFrame(context, one, scale);
};

const said: Drawing = (context, scale) => {
  for (const { regionId, from, to } of arrows.value) {
    const mask = masks.value.get(regionId);
    if (mask !== undefined) drawMask(context, mask, colours().accent);
    if (to !== undefined) arrow(context, from, to, scale);
  }
};

const drawing: Drawing = (context, scale) => {
  const one = shape.value;
  if (one !== undefined) {
    context.beginPath();
    if (one.type === "box") {
      const [x0, y0, x1, y1] = one.box;
      context.rect(x0, y0, x1 - x0, y1 - y0);
    } else {
      one.points.forEach(([x, y], i) => void (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
      if (one.closed) context.closePath();
    }
    if (one.type === "path" && one.width !== undefined) brushed(context, one.width);
    else outlined(context, scale);
  }
  if (cursor.value !== undefined) crosshair(context, cursor.value, scale);
};

export const DRAWINGS: readonly Drawing[] = [
  photo,
  regions,
  said,
  (context, scale) => {
    grid(context, scale);
    drawing(context, scale);
  },
];

const drawn = new WeakMap<HTMLCanvasElement, Map<string, HTMLCanvasElement>>();

function drawMask(context: CanvasRenderingContext2D, mask: HTMLCanvasElement, colour: string): void {
  const node = current.value;
  if (node === undefined) return;
  const known = drawn.get(mask) ?? new Map<string, HTMLCanvasElement>();
  drawn.set(mask, known);
  const rim = known.get(colour) ?? rimOf(mask, colour, Math.max(1, Math.round(mask.width / 700)));
  known.set(colour, rim);
  context.drawImage(rim, 0, 0, node.width, node.height);
  if (colour !== colours().accent) return;
  const tint = known.get("tint") ?? tinted(mask, colour);
  known.set("tint", tint);
  context.globalAlpha = 0.16;
  context.drawImage(tint, 0, 0, node.width, node.height);
  context.globalAlpha = 1;
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
}

function outlined(context: CanvasRenderingContext2D, scale: number): void {
  context.fillStyle = colours().veil;
  context.fill();
  context.lineWidth = 3 / scale;
  context.strokeStyle = "rgb(255 255 255 / 0.9)";
  context.stroke();
  context.lineWidth = 1.5 / scale;
  context.strokeStyle = colours().accent;
  context.stroke();
}

function brushed(context: CanvasRenderingContext2D, width: number): void {
  context.lineWidth = width;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.globalAlpha = 0.4;
  context.strokeStyle = colours().accent;
  context.stroke();
  context.globalAlpha = 1;
}

function crosshair(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], scale: number): void {
  const reach = 14 / scale;
  for (const [width, colour] of [
    [4, "#fff"],
    [2, colours().accent],
  ] as const) {
    context.beginPath();
    line(context, x - reach, y, x + reach, y);
    line(context, x, y - reach, x, y + reach);
    context.lineWidth = width / scale;
    context.strokeStyle = colour;
    context.stroke();
  }
}

function arrow(
  context: CanvasRenderingContext2D,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  scale: number,
): void {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const head = 12 / scale;
  for (const [width, colour] of [
    [6, "#fff"],
    [3, colours().accent],
  ] as const) {
    context.beginPath();
    line(context, x0, y0, x1, y1);
    for (const side of [-0.5, 0.5]) {
      line(context, x1, y1, x1 - head * Math.cos(angle + side), y1 - head * Math.sin(angle + side));
    }
    context.lineCap = "round";
    context.lineWidth = width / scale;
    context.strokeStyle = colour;
    context.stroke();
  }
}
