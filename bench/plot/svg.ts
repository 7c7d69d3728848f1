/** SVG by template: elements, text, and the colours (Okabe and Ito's, told apart by the colour-blind too). */

export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"] as const;
export const INK = "#24292f";
export const FAINT = "#d0d7de";

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? INK;
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" ${style}/>`;
}

export function text(
  x: number,
  y: number,
  words: string,
  { anchor = "start", size = 11, weight = "normal", turn = 0 } = {},
) {
  const turned = turn === 0 ? "" : ` transform="rotate(${turn} ${n(x)} ${n(y)})"`;
  const style = `font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`;
  return `<text x="${n(x)}" y="${n(y)}" ${style}${turned}>${escaped(words)}</text>`;
}

export function document(width: number, height: number, title: string, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return [
    `${head} font-family="Helvetica, Arial, sans-serif" fill="${INK}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** A tenth of a pixel is enough. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
