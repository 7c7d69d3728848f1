/** The page's text: data and pictures in blocks that are no code, one style and one script whose hashes the policy names. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ReportData } from "./data.ts";
import type { CarriedPicture } from "./pictures.ts";

const FOLDER = new URL("../../../evals/report/", import.meta.url);
/** In the order in which they need each other. */
export const SCRIPT_FILES = ["dom.js", "sorting.js", "window.js", "case.js", "report.js"] as const;

/** Self-contained: the policy lets it load nothing, and run nothing but its own script. */
export async function pageText(data: ReportData, pictures: readonly CarriedPicture[]): Promise<string> {
  const style = await readFile(new URL("report.css", FOLDER), "utf8");
  const script = await scriptText();
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>DragFlow eval: ${escaped(data.suite)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This report lists its cases with a script that is part of this file.</noscript>
<div id="report"></div>
<script type="application/json" id="data">${blockText(JSON.stringify(data))}</script>
${pictures.map(({ id, uri }) => `<script type="text/plain" id="${id}">${uri}</script>`).join("\n")}
<script type="module">${script}</script>
</body>
</html>
`;
}

/** The modules as one: their imports of each other fall away, names are theirs together. */
export async function scriptText(): Promise<string> {
  const texts = await Promise.all(SCRIPT_FILES.map((name) => readFile(new URL(name, FOLDER), "utf8")));
  return texts.map((text) => text.replaceAll(/^import [^;]*;\n/gm, "").replaceAll(/^export /gm, "")).join("\n");
}

/** "<" would let text end its block. */
function blockText(json: string): string {
  return json.replaceAll("<", "\\u003c");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
