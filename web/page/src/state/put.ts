import type { Signal } from "@preact/signals";

/** An assignment that is an expression, for handlers of one line. */
export function put<T>(target: Signal<T>, value: T): void {
  target.value = value;
}
