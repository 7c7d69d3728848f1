/** The frame and the handles of the selected region. */
import { apply, type Point } from "../geometry/affine.ts";
import { affineOf } from "../geometry/motion.ts";
import type { Operation } from "../state/operations.ts";
import { tool } from "../state/tool.ts";
import { colours } from "./colours.ts";
import { cornersOf, handlesOf } from "./handles.ts";
import { pulling } from "./move-tool.ts";

export function drawFrame(context: CanvasRenderingContext2D, { region, handling }: Operation, scale: number): void {
  if (tool.value !== "move") return;
  const corners = cornersOf(region.box, handling);
  way(context, region.centroid, apply(affineOf(handling), region.centroid), scale);
  context.beginPath();
  corners.forEach(([x, y], i) => void (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
  const handles = handlesOf(region.box, handling, scale);
  const knob = handles.find(({ name }) => name === "rotate");
  const top = handles.find(({ name }) => name === "n");
  if (knob && top) {
    context.moveTo(...top.at);
    context.lineTo(...knob.at);
  }
  stroked(context, 3, "rgb(0 0 0 / 0.35)", scale);
  stroked(context, 1.5, "#fff", scale);
  if (pulling.value) return;
  for (const { name, at } of handles) {
    if (name === "anchor") anchor(context, at, scale);
    else dot(context, at, (name === "rotate" ? 7 : 5) / scale, scale);
  }
}

/** From where the region was to where it goes. */
function way(context: CanvasRenderingContext2D, from: Point, to: Point, scale: number): void {
  if (Math.hypot(to[0] - from[0], to[1] - from[1]) * scale < 8) return;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.setLineDash([5 / scale, 5 / scale]);
  stroked(context, 3, "rgb(0 0 0 / 0.35)", scale);
  stroked(context, 1.5, colours().rim, scale);
  context.setLineDash([]);
}

function dot(context: CanvasRenderingContext2D, [x, y]: Point, radius: number, scale: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = "#fff";
  context.fill();
  stroked(context, 2, colours().accent, scale);
}

function anchor(context: CanvasRenderingContext2D, [x, y]: Point, scale: number): void {
  const reach = 9 / scale;
  context.beginPath();
  context.arc(x, y, 5 / scale, 0, 2 * Math.PI);
  context.moveTo(x - reach, y);
  context.lineTo(x + reach, y);
  context.moveTo(x, y - reach);
  context.lineTo(x, y + reach);
  stroked(context, 4, "#fff", scale);
  stroked(context, 1.75, colours().accent, scale);
}

function stroked(context: CanvasRenderingContext2D, width: number, colour: string, scale: number): void {
  context.lineWidth = width / scale;
  context.strokeStyle = colour;
  context.stroke();
}
