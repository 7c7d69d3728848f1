/** An eval's report.html: the table, and each case before and after, in one page that needs nothing else. */
import type { Engine, Preview } from "../engine/api.ts";
import {
  type CaseResult,
  type FinishedCase,
  METRIC_NAMES,
  METRICS,
  type MethodResult,
  notesOf,
  numberText,
  type SuiteResult,
  summaryOf,
} from "../evals/index.ts";
import { type Html, html } from "./html.ts";
import { beforeAfter, pageHtml } from "./report-page.ts";

/** A page with a dozen cases must still open at once. */
const PICTURE = { maxEdge: 900, maxBytes: 200_000 };

export async function evalReport(result: SuiteResult, engine: Engine, signal: AbortSignal): Promise<string> {
  const sections: Html[] = [];
  for (const one of result.cases) sections.push(await caseSection(one, engine, signal));
  const { suite, settings, host, means, missed } = result;
  const { quality, model, seed } = settings;
  const averages = means.length === 0 ? html`` : html`<section><h2>Means</h2>${table(means)}${notes(missed)}</section>`;
  return pageHtml({
    title: `DragFlow eval: ${suite}`,
    header: html`<p class="eyebrow">DragFlow eval report</p><h1>${suite}</h1><p class="lead">${summaryOf(result)}</p>
<p class="note">Quality ${quality}, model ${model}, seed ${seed}; dragflow ${host.version}, Node.js ${host.node}, ${host.platform}, ${host.cpu}</p>`,
    main: [averages, ...sections, html`<section><h2>Columns</h2><ul>${METRIC_NAMES.map(legend)}</ul></section>`],
  });
}

async function caseSection(one: CaseResult, engine: Engine, signal: AbortSignal): Promise<Html> {
  const title = one.said === undefined ? one.name : `${one.name}: “${one.said}”`;
  const head = html`<h2>${title}</h2>`;
  if (one.status === "crashed") {
    const { code, message } = one.error;
    return html`<section>${head}<p class="warnings"><b>${code}</b> ${message}</p></section>`;
  }
  const look = (image: string) => engine.look({ image, ...PICTURE }, { signal });
  const [before, after] = [await look(one.files.before), await look(one.files.image)];
  return html`<section>${head}<p class="note">${one.image}: ${one.understood}; the ${one.tier} tier won; ${one.status}</p>
${compare(before, after)}${table(one.methods)}${notes(notesOf(one))}${warnings(one)}</section>`;
}

function compare(before: Preview, after: Preview): Html {
  const ratio = `${after.width}/${after.height}`;
  return html`<div class="compare" style="--ratio:${ratio}">${beforeAfter(before, after)}</div>`;
}

function table(methods: readonly MethodResult[]): Html {
  const head = METRIC_NAMES.map((name) => html`<th>${METRICS[name].label}</th>`);
  const rows = methods.map(({ method, measures }) => {
    const cells = METRIC_NAMES.map((name) => html`<td>${numberText(measures[name], METRICS[name].digits)}</td>`);
    return html`<tr class="${method === "edit" ? "won" : ""}"><th>${method}</th>${cells}</tr>`;
  });
  return html`<table><thead><tr><th></th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

function legend(name: (typeof METRIC_NAMES)[number]): Html {
  const { label, unit, better } = METRICS[name];
  const direction = better === "one" ? "the nearer to 1 the better" : `${better} is better`;
  return html`<li><b>${label}</b> ${name}, ${unit}, ${direction}</li>`;
}

function notes(texts: readonly string[]): Html {
  return texts.length === 0 ? html`` : html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

function warnings({ warnings: all }: FinishedCase): Html {
  return notes(all.map(({ code, message }) => `${code}: ${message}`));
}
