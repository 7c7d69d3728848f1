/** Values that outlive a reload. */
import { effect, type Signal } from "@preact/signals";

const PREFIX = "dragflow.";

/** `choices`: what else lies there is not taken; without them any text is. A store that is full or forbidden keeps nothing. */
export function keep<T extends string>(store: Storage, name: string, value: Signal<T>, choices?: readonly T[]): void {
  const found = read(store, PREFIX + name);
  const known = choices === undefined ? (found as T | null) : choices.find((choice) => choice === found);
  if (known != null) value.value = known;
  effect(() => {
    const text = value.value;
    try {
      store.setItem(PREFIX + name, text);
    } catch {
      // It then lives as long as the page.
    }
  });
}

function read(store: Storage, key: string): string | null {
  try {
    return store.getItem(key);
  } catch {
    return null;
  }
}
