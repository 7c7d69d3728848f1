/** The tools that draw regions. Each turns strokes into a hint for the server, which makes a region of it. */
import { distance, type Point } from "../geometry/affine.ts";
import { brushWidth, shape, type ToolName } from "../state/tool.ts";
import type { Press, Strokes } from "./gestures.ts";
import { view } from "./view.ts";

/** As the API's select route takes it. */
export type Hint =
  | { readonly box: readonly number[] }
  | { readonly points: readonly { x: number; y: number; positive?: boolean }[] }
  | { readonly polygon: readonly Point[] }
  | { readonly stroke: { readonly points: readonly Point[]; readonly width: number } };

/** What held keys make of the shape: with Shift it joins the region, with Alt it is taken away from it. */
export type Joining = "add" | "subtract" | undefined;
export type Drawn = (hint: Hint, joining: Joining) => void;

function joiningOf({ shift, alt }: Press): Joining {
  return alt ? "subtract" : shift ? "add" : undefined;
}

/** Points nearer than this on the screen say nothing new. */
const SPACING = 3;
/** Picture pixels; smaller boxes are clicks that slipped. */
const LEAST = 2;

export function drawingTool(name: ToolName, drawn: Drawn): Strokes | undefined {
  switch (name) {
    case "object":
      return objectTool(drawn);
    case "box":
      return boxTool(drawn);
    case "lasso":
      return pathTool(drawn, ({ points }) => (points.length >= 3 ? { polygon: points } : undefined), true);
    case "brush":
      return pathTool(drawn, ({ points }) => ({ stroke: { points, width: brushWidth.value } }), false);
    case "polygon":
      return polygonTool(drawn);
    case "move":
    case "hand":
      return undefined;
    default:
      return name satisfies never;
  }
}

function cancel(): void {
  shape.value = undefined;
}

function objectTool(drawn: Drawn): Strokes {
  return {
    down() {},
    move() {},
    click: true,
    up: ([x, y], press) => drawn({ points: [{ x, y }] }, joiningOf(press)),
    cancel,
  };
}

function boxTool(drawn: Drawn): Strokes {
  let start: Point | undefined;
  return {
    down(at) {
      start = at;
    },
    move(at) {
      if (start !== undefined) shape.value = { type: "box", box: boxOf(start, at) };
    },
    up(at, press) {
      if (start === undefined) return;
      const box = boxOf(start, at);
      start = undefined;
      cancel();
      if (box[2] - box[0] >= LEAST && box[3] - box[1] >= LEAST) drawn({ box }, joiningOf(press));
    },
    cancel() {
      start = undefined;
      cancel();
    },
  };
}

function boxOf([ax, ay]: Point, [bx, by]: Point): [number, number, number, number] {
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}

function pathTool(
  drawn: Drawn,
  hintOf: (path: { points: readonly Point[] }) => Hint | undefined,
  closed: boolean,
): Strokes {
  let points: Point[] = [];
  const show = () => {
    shape.value = { type: "path", points: [...points], closed, ...(closed ? {} : { width: brushWidth.value }) };
  };
  return {
    down(at) {
      points = [at];
      show();
    },
    move(at) {
      const last = points.at(-1);
      if (last === undefined || distance(last, at) * view.value.scale < SPACING) return;
      points.push(at);
      show();
    },
    up(_, press) {
      const hint = hintOf({ points });
      points = [];
      cancel();
      if (hint !== undefined) drawn(hint, joiningOf(press));
    },
    cancel() {
      points = [];
      cancel();
    },
  };
}

/** Screen pixels around the first corner that close the polygon. */
const CLOSING = 12;

function polygonTool(drawn: Drawn): Strokes {
  let points: Point[] = [];
  let joining: Joining;
  const show = (next?: Point) => {
    shape.value = { type: "path", points: next ? [...points, next] : [...points], closed: false };
  };
  const finish = () => {
    const polygon = points;
    points = [];
    cancel();
    if (polygon.length >= 3) drawn({ polygon }, joining);
  };
  return {
    down(at, press) {
      const [first] = points;
      const last = points.at(-1);
      joining = joiningOf(press);
      if (first && points.length >= 3 && distance(first, at) * view.value.scale < CLOSING) return finish();
      // The same corner again ends the shape: a double click, or Enter twice.
      if (last && distance(last, at) * view.value.scale < SPACING) return points.length >= 3 ? finish() : undefined;
      points.push(at);
      show();
    },
    move(at) {
      if (points.length > 0) show(at);
    },
    click: true,
    up() {},
    hover(at) {
      if (points.length > 0) show(at);
    },
    cancel() {
      points = [];
      cancel();
    },
    finish,
  };
}
