/** --dry-run: what an edit would do, printed; nothing is run and nothing is written but the pictures of --report. */
import { describeMotion } from "../agent/local/describe.ts";
import type { EditForecast, ForecastRegion, PlanRequest } from "../engine/api.ts";
import type { Box } from "../engine/raster.ts";
import { wantedHome } from "../session/home.ts";
import { percent } from "../tools/words.ts";
import type { CliDeps } from "./deps.ts";
import type { OutputFlags } from "./flags.ts";
import { printWarnings } from "./print.ts";

/** An edit's forecast without a session: the data folder is read, never made. */
export async function dryRun(deps: CliDeps, request: PlanRequest, flags: OutputFlags): Promise<void> {
  const home = wantedHome({ env: deps.env, ...(flags.home === undefined ? {} : { flag: flags.home }) });
  const engine = await deps.createEngine({ home });
  try {
    printForecast(deps, await engine.plan(request, { signal: deps.signal }), flags);
  } finally {
    await engine.close();
  }
}

/** The flags that a forecast heeds. */
export function forecastWish({ device }: OutputFlags, report: string | undefined): Pick<PlanRequest, "device" | "dir"> {
  return { ...(device === undefined ? {} : { device }), ...(report === undefined ? {} : { dir: report }) };
}

export function printForecast(deps: CliDeps, forecast: EditForecast, flags: OutputFlags, more: object = {}): void {
  if (!flags.quiet && !flags.json) printWarnings(deps, forecast.warnings);
  const json = () => `${JSON.stringify({ ok: true, dryRun: true, ...forecast, ...more })}\n`;
  deps.stdout.write(flags.json ? json() : `${forecastLines(forecast).join("\n")}\n`);
}

function forecastLines({
  width,
  height,
  quality,
  regions,
  editable,
  view,
  memory,
  seconds,
  files,
}: EditForecast): string[] {
  return [
    `Dry run of a ${quality} edit of ${width} x ${height} pixels: nothing was run.`,
    ...regions.flatMap(regionLines),
    `May change: ${percent(editable.area)} of the picture, inside ${boxText(editable.box)}`,
    ...(view === undefined ? ["Model: none takes part"] : [viewText(view)]),
    ...(memory === undefined ? [] : [memoryText(memory)]),
    seconds === undefined
      ? "Estimated time: unknown, as no edit of this kind was made on this machine yet"
      : `Estimated time: ${seconds.toFixed(1)} s, from what earlier edits on this machine took`,
    ...(files === undefined ? [] : [`Pictures: ${files.regions}, ${files.editable}`]),
  ];
}

function regionLines({ label, box, centroid, area, motion, keepSource, targetBox, target }: ForecastRegion): string[] {
  const thing = keepSource ? `a copy of ${label}` : label;
  return [
    `${thing}: ${describeMotion(motion)}`,
    `  from ${boxText(box)}, centroid ${pointText(centroid)}, ${percent(area)} of the picture`,
    `  to   ${boxText(targetBox)}, centroid ${pointText(target)}`,
  ];
}

function viewText({ crop, width, height, tokens, evaluations, iterations }: NonNullable<EditForecast["view"]>): string {
  const work = `${evaluations} evaluations and ${iterations} drag iterations`;
  return `Model: sees ${boxText(crop)} at ${width} x ${height} (${tokens} tokens), ${work}`;
}

export function memoryText({ bytes, execution }: NonNullable<EditForecast["memory"]>): string {
  const how = execution === "whole" ? "the model as a whole" : "block by block, beside weights mapped from their files";
  return `Estimated memory: ${(bytes / 2 ** 30).toFixed(1)} GiB, ${how}`;
}

function boxText(box: Box): string {
  return `[${box.map(Math.round).join(", ")}]`;
}

function pointText(point: readonly number[]): string {
  return `(${point.map((value) => Math.round(value * 10) / 10).join(", ")})`;
}
