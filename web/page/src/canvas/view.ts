/** Where the picture stands on the screen: screen = picture · scale + offset, in CSS pixels. */
import { computed, signal } from "@preact/signals";
import type { Point } from "../geometry/affine.ts";

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const view = signal<View>({ scale: 1, x: 0, y: 0 });
export const canvasSize = signal<Size>({ width: 0, height: 0 });
export const zoomPercent = computed(() => Math.round(view.value.scale * 100));

const [MIN_SCALE, MAX_SCALE] = [0.02, 64];
const MARGIN = 28;

export function toPicture(at: Point): Point {
  const { scale, x, y } = view.value;
  return [(at[0] - x) / scale, (at[1] - y) / scale];
}

export function toScreen(at: Point): Point {
  const { scale, x, y } = view.value;
  return [at[0] * scale + x, at[1] * scale + y];
}

/** The whole picture, in the middle; small ones at up to three times their size. */
export function fitToCanvas(picture: Size, most = 3): void {
  const { width, height } = canvasSize.value;
  if (width === 0 || height === 0) return;
  const scale = Math.min(most, (width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height);
  view.value = {
    scale,
    x: (width - picture.width * scale) / 2,
    y: (height - picture.height * scale) / 2,
  };
}

/** `at` stays where it is on the screen. */
export function zoomAt(at: Point, factor: number): void {
  const { scale, x, y } = view.value;
  const next = Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale * factor));
  const k = next / scale;
  view.value = { scale: next, x: at[0] - (at[0] - x) * k, y: at[1] - (at[1] - y) * k };
}

export function zoomBy(factor: number): void {
  const { width, height } = canvasSize.value;
  zoomAt([width / 2, height / 2], factor);
}

/** One pixel of the picture is one of the screen. */
export function actualSize(): void {
  zoomBy(1 / view.value.scale);
}

export function pan(dx: number, dy: number): void {
  const { scale, x, y } = view.value;
  view.value = { scale, x: x + dx, y: y + dy };
}
