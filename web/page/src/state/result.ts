/** How the shown edit is set against another picture. */
import { computed, signal } from "@preact/signals";
import { operations } from "./operations.ts";
import { before, current, nodeOf } from "./picture.ts";

export const VIEWS = ["plain", "slider", "blink", "side", "diff", "mask"] as const;
export type ViewName = (typeof VIEWS)[number];

export const resultView = signal<ViewName>("slider");
/** Picked in the history; else what the edit was made from. */
export const compareWith = signal<string | undefined>(undefined);
export const other = computed(() => nodeOf(compareWith.value) ?? before.value);
/** Only pictures of one size can be laid over each other. */
export const comparable = computed(() => {
  const [a, b] = [current.value, other.value];
  return a !== undefined && b !== undefined && a.id !== b.id && a.width === b.width && a.height === b.height;
});
/** Prepared moves hide the comparison with what the picture was made from, not one that was asked for. */
export const comparing = computed(
  () => comparable.value && (operations.value.length === 0 || compareWith.value !== undefined),
);
/** Where the slider stands, 0–1 of the picture's width. */
export const sliderAt = signal(0.5);
