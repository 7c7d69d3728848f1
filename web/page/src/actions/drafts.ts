/** Prepared moves outlive a reload, and another tab sees them: they lie in this browser's store, per picture. */
import { effect, signal } from "@preact/signals";
import { Problem } from "../api.ts";
import { type Operation, operations, resetOperations, selectedKey } from "../state/operations.ts";
import { history } from "../state/picture.ts";
import { loadMask } from "./regions.ts";

const PREFIX = "dragflow.moves.";
/** Pictures whose moves are remembered. */
const MOST = 20;

/** Nothing is written for a picture before what lay there was read: another tab may just have put it there. */
const readFor = signal<string | null>(null);

/** Reads what was prepared on the picture; what the server no longer knows is left out. */
export async function draftsOf(id: string | null): Promise<void> {
  const kept = id === null ? [] : read(id);
  const found = (await Promise.all(kept.map(stillThere))).flat();
  if (history.value.current !== id) return;
  if (found.length > 0 && operations.value.length === 0) resetOperations(found);
  readFor.value = id;
}

async function stillThere(operation: Operation): Promise<Operation[]> {
  try {
    await loadMask(operation.region.regionId);
    return [operation];
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 0) throw problem;
    return [];
  }
}

function read(id: string): Operation[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(PREFIX + id) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

export function keepDrafts(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = effect(() => {
    const list = operations.value;
    const id = history.value.current;
    clearTimeout(timer);
    if (id !== null && readFor.value === id) timer = setTimeout(() => write(id, list), 150);
  });
  const heard = ({ key }: StorageEvent) => {
    const id = history.value.current;
    if (id !== null && key === PREFIX + id) void takeOver(id);
  };
  addEventListener("storage", heard);
  return () => {
    end();
    removeEventListener("storage", heard);
  };
}

/** Another tab changed them. */
async function takeOver(id: string): Promise<void> {
  const list = (await Promise.all(read(id).map(stillThere))).flat();
  if (JSON.stringify(list) === JSON.stringify(operations.value)) return;
  const chosen = selectedKey.value;
  operations.value = list;
  if (!list.some(({ key }) => key === chosen)) selectedKey.value = list.at(-1)?.key;
}

function write(id: string, list: readonly Operation[]): void {
  const text = JSON.stringify(list);
  try {
    if (list.length === 0) localStorage.removeItem(PREFIX + id);
    else if (localStorage.getItem(PREFIX + id) !== text) localStorage.setItem(PREFIX + id, text);
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys.slice(0, Math.max(0, keys.length - MOST))) {
      if (key !== PREFIX + id) localStorage.removeItem(key);
    }
  } catch {
    // A full or forbidden store: the moves then live as long as the page.
  }
}
