/** The report of an edit: what was asked, what came out and how sure one can be of it, in one self-contained page. */
import { describeMotion } from "../agent/local/describe.ts";
import type { EditOutcome, ExportOutcome, Warning } from "../engine/api.ts";
import { QUALITIES } from "../engine/recipe/schema.ts";
import { percent, receiptInWords, tierInWords } from "../tools/words.ts";
import { type Html, html } from "./html.ts";
import { lossChart } from "./loss-chart.ts";
import type { ReportPictures } from "./names.ts";
import { beforeAfter, dataUri, pageHtml } from "./page.ts";

export interface ReportContent {
  readonly outcome: EditOutcome;
  readonly written: Pick<ExportOutcome, "receipt" | "path" | "format">;
  readonly warnings: readonly Warning[];
  readonly pictures: ReportPictures;
  readonly losses: readonly number[];
  /** Where the whole recipe is, in words. */
  readonly recipeAt: string;
}

export function reportHtml(content: ReportContent): string {
  const { outcome, written, pictures, warnings } = content;
  const title = outcome.recipe.prompt || motionsInWords(outcome);
  return pageHtml({
    title: `DragFlow: ${title}`,
    header: html`<p class="eyebrow">DragFlow edit report</p><h1>${title}</h1><p class="lead">${tierInWords(outcome)}</p>`,
    main: [
      compareSection(pictures),
      factsSection(outcome, written),
      warningsSection(warnings),
      picturesSection(pictures),
      filmSection(pictures),
      gatesSection(outcome),
      lossSection(content.losses),
      timingSection(outcome),
      recipeSection(outcome, content.recipeAt),
    ],
  });
}

function compareSection({ before, after }: ReportContent["pictures"]): Html {
  const ratio = `${after.width}/${after.height}`;
  return html`<section class="compare" style="--ratio:${ratio}">${beforeAfter(before, after)}</section>`;
}

function factsSection(outcome: EditOutcome, { receipt, path, format }: ReportContent["written"]): Html {
  const exact = receipt.outsideChanged === 0;
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return html`<section class="cards">
<div class="card ${exact ? "good" : "fair"}"><b>${exact ? "0" : receipt.outsideChanged}</b><span>pixels changed outside the edit</span></div>
<div class="card"><b>${percent(receipt.editableArea)}</b><span>of the picture could change</span></div>
<div class="card"><b>${outcome.tier}</b><span>tier that won${outcome.why ? `: ${outcome.why}` : ""}</span></div>
<div class="card"><b>${outcome.seconds.total.toFixed(1)} s</b><span>${Math.round(outcome.peakMemoryBytes / 1e6)} MB at most</span></div>
</section>
<section><h2>Receipt</h2><p>${receiptInWords(receipt)} It was read back from the written file
<b>${name}</b> (${format}, ${outcome.width} × ${outcome.height}). What may have changed lies in the box
${receipt.editedBox.map(Math.round).join(", ")}.</p>
<p class="hash">SHA-256 of the outside <code>${receipt.outsideSha256}</code></p></section>`;
}

function warningsSection(warnings: readonly Warning[]): Html {
  if (warnings.length === 0) return html``;
  const items = warnings.map(({ code, message }) => html`<li><b>${code}</b> ${message}</li>`);
  return html`<section class="warnings"><h2>Warnings</h2><ul>${items}</ul></section>`;
}

function picturesSection(pictures: ReportContent["pictures"]): Html {
  const captions = {
    regions: "Source red, target green",
    editable: "Black stays untouched",
    diff: "Difference",
  } as const;
  const figures = (["regions", "editable", "diff"] as const).map(
    (name) =>
      html`<figure><img src="${dataUri(pictures[name])}" alt="${name}"><figcaption>${captions[name]}</figcaption></figure>`,
  );
  return html`<section class="figures">${figures}</section>`;
}

function filmSection({ film }: ReportContent["pictures"]): Html {
  if (film === undefined) return html``;
  const caption = "What the sampling was heading for, from its first step to its last, in the part that the model sees";
  return html`<section class="film"><h2>Sampling</h2><figure><img src="${dataUri(film)}" alt="${caption}"><figcaption>${caption}</figcaption></figure></section>`;
}

const GATE_NOTES = {
  sourceCleared: "1 = the object has left its old place",
  targetArrived: "1 = it is at its new place",
  seamEnergy: "1 = no visible border",
  fillTexture: "1 = natural, 0 = smeared",
  fillPlausible: "1 = the fill looks like its surroundings",
  score: "orders the tiers; higher is better",
} as const;
// The table's own keys.
const GATES = Object.keys(GATE_NOTES) as (keyof typeof GATE_NOTES)[];

function gatesSection({ tier, tiers }: EditOutcome): Html {
  const names = QUALITIES.filter((name) => tiers[name]);
  const head = names.map(
    (name) => html`<th class="${name === tier ? "won" : ""}">${name}${name === tier ? " ✓" : ""}</th>`,
  );
  const rows = GATES.map((gate) => {
    const cells = names.map(
      (name) => html`<td class="${name === tier ? "won" : ""}">${tiers[name]?.[gate].toFixed(3) ?? ""}</td>`,
    );
    return html`<tr><th>${gate}</th>${cells}<td class="note">${GATE_NOTES[gate]}</td></tr>`;
  });
  return html`<section><h2>Measures by tier</h2><table><thead><tr><th></th>${head}<th></th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function lossSection(losses: readonly number[]): Html {
  const chart = lossChart(losses);
  return chart ? html`<section><h2>Drag loss</h2>${chart}</section>` : html``;
}

function timingSection({ seconds }: EditOutcome): Html {
  const parts = Object.entries(seconds).filter(([name, value]) => name !== "total" && value > 0);
  const bars = parts.map(([name, value]) => {
    const width = ((100 * value) / Math.max(seconds.total, 1e-9)).toFixed(1);
    return html`<li><span>${name}</span><i style="width:${width}%"></i><em>${value.toFixed(2)} s</em></li>`;
  });
  return bars.length === 0
    ? html``
    : html`<section><h2>Where the time went</h2><ul class="bars">${bars}</ul></section>`;
}

function recipeSection({ recipe }: EditOutcome, recipeAt: string): Html {
  const short = JSON.stringify(recipe, (_, value) => (isDataUri(value) ? `${value.slice(0, 28)}…` : value), 2);
  return html`<section><h2>Recipe</h2><details><summary>${motionCount(recipe.operations.length)}, quality ${recipe.quality},
model ${recipe.model}, seed ${recipe.seed}; the whole of it is ${recipeAt}</summary><pre>${short}</pre></details></section>`;
}

function motionsInWords({ recipe }: EditOutcome): string {
  return recipe.operations
    .map(({ label, motion }) => `${label ? `${label}: ` : ""}${describeMotion(motion)}`)
    .join("; ");
}

function motionCount(count: number): string {
  return count === 1 ? "1 operation" : `${count} operations`;
}

function isDataUri(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("data:");
}
