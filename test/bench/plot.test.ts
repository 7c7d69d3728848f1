import { describe, expect, it } from "vitest";
import { drawPanel } from "../../bench/plot/panels.ts";
import { linearScale, logScale, shortNumber } from "../../bench/plot/scale.ts";
import { document } from "../../bench/plot/svg.ts";

describe("a logarithmic scale", () => {
  const { at, ticks } = logScale([1, 100], 0, 200, 1);
  it("puts equal factors at equal distances", () => {
    expect([1, 10, 100].map(at)).toEqual([0, 100, 200]);
  });
  it("has few ticks, on round numbers", () => {
    expect(ticks).toEqual([1, 10, 100]);
    expect(logScale([2, 7], 0, 1, 1).ticks).toEqual([2, 3, 4, 5, 6, 7]);
    expect(logScale([0.004, 20], 0, 1, 1).ticks).toEqual([0.01, 0.1, 1, 10].map((tick) => expect.closeTo(tick, 9)));
  });
});

describe("a linear scale", () => {
  it("begins at 0 and reaches what it must", () => {
    const { at, ticks } = linearScale([0.3, 0.7], 100, 0, 1);
    expect([0, 0.5, 1].map(at)).toEqual([100, 50, 0]);
    expect(ticks).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});

it.each([
  [0.0213, "0.021"],
  [3, "3"],
  [256, "256"],
  [4096, "4096"],
  [10_000, "10k"],
])("%d is written %s", (value, words) => {
  expect(shortNumber(value)).toBe(words);
});

describe("a panel", () => {
  const frame = { x: 10, y: 20, width: 300, height: 250 };
  const places = (parts: readonly string[], tag: string, attribute: string) =>
    parts
      .filter((part) => part.startsWith(`<${tag} `))
      .map((part) => Number(new RegExp(` ${attribute}="([^"]+)"`).exec(part)?.[1]));

  it("of lines has a dot for every point, inside its frame", () => {
    const series = [
      {
        name: "a & b",
        points: [
          [1, 0.1],
          [10, 2],
          [100, 50],
        ] as [number, number][],
      },
    ];
    const parts = drawPanel({ type: "lines", title: "t", x: "x", y: "y", series }, frame);
    const [xs, ys] = [places(parts, "circle", "cx"), places(parts, "circle", "cy")];
    expect(xs).toHaveLength(3);
    for (const x of xs) expect(x > frame.x && x < frame.x + frame.width).toBe(true);
    for (const y of ys) expect(y > frame.y && y < frame.y + frame.height).toBe(true);
    expect(ys).toEqual([...ys].sort((a, b) => b - a));
    expect(parts.join("")).toContain("a &amp; b");
  });

  it("of bars leaves out what was not measured", () => {
    const series = [
      { name: "one", values: [0.2, 0.4] },
      { name: "two", values: [Number.NaN, 0.8] },
    ];
    const bars = (values: typeof series) =>
      places(
        drawPanel({ type: "bars", title: "t", y: "y", groups: ["g", "h"], series: values, percent: true }, frame),
        "rect",
        "height",
      );
    const legend = 2;
    const heights = bars(series).slice(legend);
    expect(heights).toHaveLength(3);
    expect((heights[2] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(4, 1);
  });
});

it("a document is one well-formed picture", () => {
  const svg = document(100, 50, "a < b", ["<g/>"]);
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 100 50"/);
  expect(svg).toContain("<title>a &lt; b</title>");
  expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
});
