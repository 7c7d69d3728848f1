/** The server's own preview of the prepared moves, and what it has to say about them. It follows the drag; the canvas
 * shows an approximation until it is there. */
import { computed, effect, signal } from "@preact/signals";
import { api, type Forecast, Problem, type Quality, type Warning } from "../api.ts";
import { moving, type Operation, operations, wishOf } from "./operations.ts";
import { history } from "./picture.ts";
import { running } from "./work.ts";

export interface ServerPreview {
  readonly key: string;
  readonly bitmap: ImageBitmap;
  readonly box: readonly number[];
}

export const QUALITIES = ["preview", "fast", "full"] as const satisfies readonly Quality[];
export const quality = signal<Quality>("fast");
export const serverPreview = signal<ServerPreview | undefined>(undefined);
export const forecast = signal<Forecast | undefined>(undefined);
/** Why the moves would be refused. */
export const refusal = signal<{ message: string; hint: string | undefined; code: string } | undefined>(undefined);

/** The same moves give the same key. */
export const wishKey = computed(() => {
  const wish = wishOf(moving.value);
  return wish.length === 0 ? "" : JSON.stringify([history.value.current, wish]);
});
export const previewIsCurrent = computed(() => serverPreview.value?.key === wishKey.value && wishKey.value !== "");

/** Warnings of the operation at this place among those that move. */
export function warningsOf(index: number): readonly Warning[] {
  return (forecast.value?.warnings ?? []).filter(({ operation }) => operation === index);
}

/** The operation that a refusal speaks of: by its name in quotes, or the only one. */
export function refusedOperation(): Operation | undefined {
  const said = refusal.value?.message;
  if (said === undefined) return undefined;
  const [only, ...more] =
    moving.value.length === 1 ? moving.value : moving.value.filter(({ label }) => said.includes(`"${label}"`));
  return more.length === 0 ? only : undefined;
}

const EDGE = 1024;
const PLAN_AFTER_MS = 350;
let asking = false;
let again = false;

/** One request at a time, the newest moves next. */
async function followLive(): Promise<void> {
  if (asking) {
    again = true;
    return;
  }
  const key = wishKey.value;
  const imageId = history.value.current;
  if (running.value !== undefined || key === "" || imageId === null || serverPreview.value?.key === key) return;
  asking = true;
  try {
    const { picture, box } = await api.live(
      { imageId, operations: wishOf(moving.value) },
      EDGE,
      new AbortController().signal,
    );
    serverPreview.value = { key, bitmap: await createImageBitmap(picture), box };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  } finally {
    asking = false;
    if (again) {
      again = false;
      void followLive();
    }
  }
}

let planning: AbortController | undefined;

async function plan(): Promise<void> {
  planning?.abort();
  const imageId = history.value.current;
  const wish = wishOf(moving.value);
  if (imageId === null || wish.length === 0) {
    forecast.value = undefined;
    refusal.value = undefined;
    return;
  }
  const mine = new AbortController();
  planning = mine;
  try {
    const found = await api.plan({ imageId, operations: wish, quality: quality.value }, mine.signal);
    if (mine.signal.aborted) return;
    forecast.value = found;
    refusal.value = undefined;
  } catch (problem) {
    if (mine.signal.aborted || !(problem instanceof Problem) || problem.status === 0) return;
    forecast.value = undefined;
    refusal.value = { message: problem.message, hint: problem.hint, code: problem.code };
  }
}

export function followMoves(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const endLive = effect(() => {
    if (wishKey.value === "") serverPreview.value = undefined;
    else void followLive();
  });
  const endPlan = effect(() => {
    // Both are read so that either asks anew.
    void [wishKey.value, quality.value, operations.value.length];
    clearTimeout(timer);
    timer = setTimeout(() => void plan(), PLAN_AFTER_MS);
  });
  return () => {
    endLive();
    endPlan();
    clearTimeout(timer);
  };
}
