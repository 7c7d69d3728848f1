/** Means over square windows by running sums: the time does not grow with the window. */

/** Mean over the (2·radius + 1)² window cut at the picture's border; interleaved [H, W, C]; running sums, O(pixels). */
export function boxMean(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  radius: number,
): Float32Array {
  const across = new Float32Array(data.length);
  const shares = sharesOf(width, radius);
  for (let y = 0; y < height; y++) meanAlong(data, across, y * width * channels, channels, shares, radius);
  const out = new Float32Array(data.length);
  meanDown(across, out, width * channels, sharesOf(height, radius), radius);
  return out;
}

/** 1 / the window's length around each of `length` places. */
function sharesOf(length: number, radius: number): Float64Array {
  const shares = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    shares[at] = 1 / (Math.min(length - 1, at + radius) - Math.max(0, at - radius) + 1);
  }
  return shares;
}

// Sums are of 64 bits, and there is one share for every place: no index leaves its array.

/** Running means of one row that begins at `start`, channel by channel. */
function meanAlong(
  from: Float32Array,
  to: Float32Array,
  start: number,
  channels: number,
  shares: Float64Array,
  radius: number,
): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4) fourAlong(from, to, start + c, channels, shares, radius);
  for (; c < channels; c++) oneAlong(from, to, start + c, channels, shares, radius);
}

function oneAlong(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  shares: Float64Array,
  radius: number,
): void {
  const length = shares.length;
  const [ahead, behind] = [radius * step, (radius + 1) * step];
  let sum = 0;
  for (let at = 0, p = start; at < Math.min(radius, length); at++, p += step) sum += from[p] as number;
  for (let at = 0, p = start; at < length; at++, p += step) {
    if (at + radius < length) sum += from[p + ahead] as number;
    if (at > radius) sum -= from[p - behind] as number;
    to[p] = sum * (shares[at] as number);
  }
}

/** `oneAlong` of four neighbouring channels: their sums do not wait for one another. */
function fourAlong(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  shares: Float64Array,
  radius: number,
): void {
  const length = shares.length;
  const [ahead, behind] = [radius * step, (radius + 1) * step];
  let [k, l, m, n] = [0, 0, 0, 0];
  for (let at = 0, p = start; at < Math.min(radius, length); at++, p += step) {
    k += from[p] as number;
    l += from[p + 1] as number;
    m += from[p + 2] as number;
    n += from[p + 3] as number;
  }
  for (let at = 0, p = start; at < length; at++, p += step) {
    if (at + radius < length) {
      k += from[p + ahead] as number;
      l += from[p + ahead + 1] as number;
      m += from[p + ahead + 2] as number;
      n += from[p + ahead + 3] as number;
    }
    if (at > radius) {
      k -= from[p - behind] as number;
      l -= from[p - behind + 1] as number;
      m -= from[p - behind + 2] as number;
      n -= from[p - behind + 3] as number;
    }
    const share = shares[at] as number;
    to[p] = k * share;
    to[p + 1] = l * share;
    to[p + 2] = m * share;
    to[p + 3] = n * share;
  }
}

/** The same from row to row, all columns at once. */
function meanDown(from: Float32Array, to: Float32Array, row: number, shares: Float64Array, radius: number): void {
  const height = shares.length;
  const sums = new Float64Array(row);
  for (let y = 0; y < Math.min(radius, height); y++) addRow(sums, from, y * row);
  for (let y = 0; y < height; y++) {
    const [ahead, behind] = [(y + radius) * row, (y - radius - 1) * row];
    const share = shares[y] as number;
    if (ahead < from.length && behind >= 0) {
      slideRow(sums, from, ahead, behind, to, y * row, share);
      continue;
    }
    if (ahead < from.length) addRow(sums, from, ahead);
    if (behind >= 0) subtractRow(sums, from, behind);
    for (let i = 0; i < row; i++) to[y * row + i] = (sums[i] as number) * share;
  }
}

function slideRow(
  sums: Float64Array,
  from: Float32Array,
  ahead: number,
  behind: number,
  to: Float32Array,
  start: number,
  share: number,
): void {
  for (let i = 0; i < sums.length; i++) {
    const sum = (sums[i] as number) + (from[ahead + i] as number) - (from[behind + i] as number);
    sums[i] = sum;
    to[start + i] = sum * share;
  }
}

function addRow(sums: Float64Array, from: Float32Array, start: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (from[start + i] as number);
}

function subtractRow(sums: Float64Array, from: Float32Array, start: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) - (from[start + i] as number);
}
