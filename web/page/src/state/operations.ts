/** The moves that are being prepared on the current picture, in order; every change can be taken back. */
import { computed, signal } from "@preact/signals";
import { type Handling, isStill, motionOf, untouched } from "../geometry/motion.ts";
import type { Region } from "./region.ts";

export interface Operation {
  /** For lists and selection; not sent. */
  readonly key: string;
  readonly label: string;
  readonly region: Region;
  readonly handling: Handling;
  readonly keepSource: boolean;
}

export const operations = signal<readonly Operation[]>([]);
export const selectedKey = signal<string | undefined>(undefined);
export const selected = computed(() => operations.value.find(({ key }) => key === selectedKey.value));
/** Those that move something. */
export const moving = computed(() => operations.value.filter(({ handling }) => !isStill(handling)));

const past = signal<readonly (readonly Operation[])[]>([]);
const future = signal<readonly (readonly Operation[])[]>([]);
export const canUndoMove = computed(() => past.value.length > 0);
export const canRedoMove = computed(() => future.value.length > 0);
const STEPS = 100;

/** Remembers how things stand, once per gesture: call before the first change of it. */
export function mark(): void {
  past.value = [...past.value.slice(-STEPS), operations.value];
  future.value = [];
}

export function undoMove(): void {
  const before = past.value.at(-1);
  if (before === undefined) return;
  past.value = past.value.slice(0, -1);
  future.value = [...future.value, operations.value];
  show(before);
}

export function redoMove(): void {
  const after = future.value.at(-1);
  if (after === undefined) return;
  future.value = future.value.slice(0, -1);
  past.value = [...past.value, operations.value];
  show(after);
}

function show(list: readonly Operation[]): void {
  operations.value = list;
  if (!list.some(({ key }) => key === selectedKey.value)) selectedKey.value = list.at(-1)?.key;
}

/** Forgets them and what could be taken back, e.g. because another picture is shown. */
export function resetOperations(list: readonly Operation[] = []): void {
  past.value = [];
  future.value = [];
  operations.value = list;
  selectedKey.value = list.at(-1)?.key;
}

export function addOperation(region: Region, label: string): void {
  mark();
  const key = crypto.randomUUID();
  const handling = untouched(region.centroid);
  operations.value = [...operations.value, { key, label, region, handling, keepSource: false }];
  selectedKey.value = key;
}

/** With the same motion; the selected one stays selected. */
export function addBefore({ key, handling }: Operation, region: Region, label: string): void {
  mark();
  const added = { key: crypto.randomUUID(), label, region, handling, keepSource: false };
  operations.value = operations.value.flatMap((one) => (one.key === key ? [added, one] : [one]));
}

/** Without `mark`: one gesture makes many of these. */
export function change(key: string, part: Partial<Omit<Operation, "key">>): void {
  operations.value = operations.value.map((one) => (one.key === key ? { ...one, ...part } : one));
}

export function handle(key: string, part: Partial<Handling>): void {
  operations.value = operations.value.map((one) =>
    one.key === key ? { ...one, handling: { ...one.handling, ...part } } : one,
  );
}

export function removeOperation(key: string): void {
  mark();
  show(operations.value.filter((one) => one.key !== key));
}

/** `by` places up (negative) or down the list. */
export function reorder(key: string, by: number): void {
  const list = [...operations.value];
  const from = list.findIndex((one) => one.key === key);
  const to = from + by;
  const [moved] = from < 0 || to < 0 || to >= list.length ? [] : list.splice(from, 1);
  if (moved === undefined) return;
  mark();
  list.splice(to, 0, moved);
  operations.value = list;
}

/** As the API takes them. */
export function wishOf(list: readonly Operation[]) {
  return list.flatMap(({ region, handling, label, keepSource }) => {
    const motion = motionOf(handling);
    if (motion === undefined) return [];
    return [{ regionId: region.regionId, motion, label, ...(keepSource ? { keepSource } : {}) }];
  });
}
