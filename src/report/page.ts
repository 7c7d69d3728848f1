/** What all reports share: the page around their sections, pictures inside it, the slider between two of them. */
import type { Preview } from "../engine/api.ts";
import { type Html, html } from "./html.ts";
import { REPORT_SCRIPT, REPORT_STYLE } from "./style.ts";

export interface ReportPage {
  readonly title: string;
  readonly header: Html;
  readonly main: readonly Html[];
}

/** Self-contained: the policy forbids the page to load anything. */
export function pageHtml({ title, header, main }: ReportPage): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>${header}</header>
<main>
${main}
</main>
<script>${REPORT_SCRIPT}</script>
</body>
</html>
`.text;
}

/** The inside of an element of class `compare`. */
export function beforeAfter(before: Preview, after: Preview): Html {
  return html`<img src="${dataUri(before)}" alt="Before"><img class="over" src="${dataUri(after)}" alt="After">
<span class="tag left">before</span><span class="tag right">after</span>
<input type="range" min="0" max="100" value="50" aria-label="Border between before and after">`;
}

export function dataUri({ data, mimeType }: Preview): string {
  return `data:${mimeType};base64,${Buffer.from(data).toString("base64")}`;
}
