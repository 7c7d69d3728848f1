/** How large a JSON value from outside may be. Schemas and serialisers recurse, and a schema keeps a record of every fault
 * of every item: a value of a few megabytes could end the process. */

const MOST_DEEP = 64;
const MOST_VALUES = 100_000;

/** What is expected, in words, where a value exceeds it; undefined for one that does not. Also safe for values with cycles. */
export function jsonExcess(value: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: found, depth } = next;
    if (++count + open.length > MOST_VALUES) return `at most ${MOST_VALUES} values`;
    if (typeof found !== "object" || found === null) continue;
    if (depth > MOST_DEEP) return `at most ${MOST_DEEP} levels of lists and objects`;
    const inner: unknown[] = Array.isArray(found) ? found : Object.values(found);
    if (count + open.length + inner.length > MOST_VALUES) return `at most ${MOST_VALUES} values`;
    for (const item of inner) open.push({ value: item, depth: depth + 1 });
  }
  return undefined;
}

/** Beyond these a value is not shown. */
const SHOWN_DEEP = 4;
const SHOWN_ITEMS = 12;
const SHOWN_CHARACTERS = 200;

/** A copy that is cheap to write down: what is deep, many or long is cut, with "…" in its place. */
export function glimpse(value: unknown, depth = SHOWN_DEEP): unknown {
  if (typeof value === "string")
    return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) {
    const items = value.slice(0, SHOWN_ITEMS).map((item) => glimpse(item, depth - 1));
    return value.length > SHOWN_ITEMS ? [...items, "…"] : items;
  }
  const entries = Object.entries(value).slice(0, SHOWN_ITEMS);
  return Object.fromEntries(entries.map(([key, inner]) => [key.slice(0, SHOWN_CHARACTERS), glimpse(inner, depth - 1)]));
}
