/** What the pointer does on the canvas. */
import { computed, signal } from "@preact/signals";
import type { Box, Point } from "../geometry/affine.ts";

export const TOOLS = ["move", "object", "box", "lasso", "polygon", "brush", "hand"] as const;
export type ToolName = (typeof TOOLS)[number];
/** What a drawn region does to the selected one. */
export const COMBINES = ["new", "add", "subtract"] as const;
export type Combine = (typeof COMBINES)[number];

export const tool = signal<ToolName>("object");
export const combine = signal<Combine>("new");
/** Pixels of the picture. */
export const brushWidth = signal(24);
export const isDrawing = computed(() => tool.value !== "move" && tool.value !== "hand");

/** Takes it in hand; what a shape does to the region is said anew each time. */
export function takeTool(name: ToolName): void {
  tool.value = name;
  combine.value = "new";
  cursor.value = undefined;
}

/** What is being drawn, in pixels of the picture. */
export type Shape =
  | { readonly type: "box"; readonly box: Box }
  | { readonly type: "path"; readonly points: readonly Point[]; readonly closed: boolean; readonly width?: number };
export const shape = signal<Shape | undefined>(undefined);
/** Where the keyboard's pointer stands; undefined while the keyboard is not drawing. */
export const cursor = signal<Point | undefined>(undefined);
