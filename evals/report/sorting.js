/** Which cases are listed, and in which order. */

/** Words in the search field must all occur; `status` "" takes every one. */
export function filtered(cases, words, status) {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return cases.filter((one) => {
    if (status !== "" && one.status !== status) return false;
    const text = [one.title, one.said ?? "", one.understood, one.image, one.provenance ?? "", ...one.tags, ...one.notes]
      .join(" ")
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** By a column's value, the worst first where `isUp` is false; cases without a value come last either way. */
export function sorted(cases, { key, isUp }, scorers) {
  const worthOf = valueBy(key, scorers);
  const sign = isUp ? -1 : 1;
  return [...cases].sort((a, b) => {
    const [left, right] = [worthOf(a), worthOf(b)];
    if (left === null || right === null) return (left === null) - (right === null);
    return left < right ? -sign : left > right ? sign : 0;
  });
}

function valueBy(key, scorers) {
  if (key === "case") return ({ title }) => title;
  if (key === "status") return ({ status }) => ["crashed", "missed", "passed"].indexOf(status);
  const index = scorers.findIndex(({ name }) => name === key);
  if (index < 0) return ({ order }) => order;
  return ({ values }) => goodness(values[index], scorers[index].direction);
}

/** Larger is better, whichever way the scorer counts. */
export function goodness(value, direction) {
  if (value === null || value === undefined) return null;
  if (direction === "down") return -value;
  return direction === "one" ? -Math.abs(value - 1) : value;
}

/** Whether a difference to the older run is beyond the noise, and for the better. */
export function changeOf(delta, value, { direction, noise }) {
  if (delta === null || delta === undefined || value === null) return "";
  if (Math.abs(delta) <= noise.within) return "same";
  return goodness(value, direction) > goodness(value - delta, direction) ? "better" : "worse";
}
