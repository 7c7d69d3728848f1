/** Dimensions: a number, or a polynomial in named sizes with positive integer coefficients ("T+h*w", "16*h").
 * A named size never equals 1 and equals only itself, so every broadcast and every reduction is decidable. */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** monomial ("h*w", "" for the constant) → coefficient */
type Polynomial = Map<string, number>;

function parse(dim: Dim): Polynomial {
  if (typeof dim === "number") return new Map(dim === 0 ? [] : [["", dim]]);
  const terms: Polynomial = new Map();
  for (const term of dim.split("+")) {
    const factors = term.split("*");
    const coefficient = factors.filter(isNumeric).reduce((product, factor) => product * Number(factor), 1);
    const monomial = factors.filter((factor) => !isNumeric(factor));
    accumulate(terms, monomial.sort().join("*"), coefficient);
  }
  return terms;
}

function isNumeric(factor: string): boolean {
  return /^-?\d+$/.test(factor);
}

function accumulate(terms: Polynomial, monomial: string, coefficient: number): void {
  const sum = (terms.get(monomial) ?? 0) + coefficient;
  if (sum === 0) terms.delete(monomial);
  else terms.set(monomial, sum);
}

function format(terms: Polynomial): Dim {
  const monomials = [...terms.keys()].sort();
  if (monomials.length === 0) return 0;
  if (monomials.length === 1 && monomials[0] === "") return terms.get("") ?? 0;
  return monomials.map((monomial) => formatTerm(monomial, terms.get(monomial) ?? 0)).join("+");
}

function formatTerm(monomial: string, coefficient: number): string {
  if (monomial === "") return String(coefficient);
  return coefficient === 1 ? monomial : `${coefficient}*${monomial}`;
}

export function dimAdd(a: Dim, b: Dim): Dim {
  const sum = parse(a);
  for (const [monomial, coefficient] of parse(b)) accumulate(sum, monomial, coefficient);
  return format(sum);
}

export function dimSub(a: Dim, b: Dim): Dim {
  return dimAdd(a, dimMul(b, -1));
}

export function dimMul(a: Dim, b: Dim): Dim {
  const product: Polynomial = new Map();
  for (const [left, x] of parse(a)) {
    for (const [right, y] of parse(b)) {
      const monomial = [...left.split("*"), ...right.split("*")].filter((name) => name !== "").sort();
      accumulate(product, monomial.join("*"), x * y);
    }
  }
  return format(product);
}

/** The canonical form, so that equal sizes are equal strings. */
export function dim(value: Dim): Dim {
  return format(parse(value));
}

export function sizeOf(shape: Shape): Dim {
  return shape.reduce(dimMul, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The value of a dimension once its names have sizes. */
export function evaluateDim(value: Dim, sizes: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const [monomial, coefficient] of parse(value)) {
    const factors = monomial === "" ? [] : monomial.split("*");
    total += factors.reduce((product, name) => product * sizeNamed(name, sizes), coefficient);
  }
  return total;
}

function sizeNamed(name: string, sizes: ReadonlyMap<string, number>): number {
  const size = sizes.get(name);
  if (size === undefined) throw new TypeError(`No size known for the dimension "${name}"`);
  return size;
}

/** The terms of a dimension: [names multiplied, coefficient]. */
export function termsOf(value: Dim): [string[], number][] {
  return [...parse(value)].map(([monomial, coefficient]) => [monomial === "" ? [] : monomial.split("*"), coefficient]);
}

/** Shape of an elementwise result; throws TypeError where the shapes do not broadcast. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new TypeError(`Expected shapes that broadcast, got ${showShape(a)} and ${showShape(b)}`);
  });
}

/** Exact division by a number; throws TypeError where a coefficient does not divide. */
export function dimDiv(value: Dim, divisor: number): Dim {
  const terms = parse(value);
  for (const [monomial, coefficient] of terms) {
    if (coefficient % divisor !== 0) throw new TypeError(`Expected a multiple of ${divisor}, got ${value}`);
    terms.set(monomial, coefficient / divisor);
  }
  return format(terms);
}
