/** Records of the session as tools show them. */
import type { Preview, Receipt } from "../engine/api.ts";
import type { EditRecord, JobView, RegionRecord } from "../session/index.ts";
import { clean } from "./clean.ts";
import type { ToolProgress } from "./context.ts";
import type { FileLink, ToolContext } from "./define.ts";
import { errorText } from "./public-error.ts";
import type { EditView } from "./schemas.ts";
import { percent, receiptInWords, tierInWords, warningInWords } from "./words.ts";

/** 500 000 bytes are 667 KB in base64: below the 700 KB that clients take without trouble. */
export const PREVIEW_BYTES = 500_000;

export function receiptView(receipt: Receipt): EditView["receipt"] {
  return { ...receipt, editedBox: [...receipt.editedBox] };
}

export function editView({ id, imageId, outcome }: EditRecord, { showPaths = true }: ToolContext): EditView {
  const { width, height, files, tier, tiers, why, regimes, receipt, metrics, seconds, peakMemoryBytes, warnings } =
    outcome;
  return {
    editId: id,
    imageId,
    width,
    height,
    uri: editUri(id),
    ...(showPaths ? { path: files.image } : {}),
    tier,
    tiers,
    ...(why === undefined ? {} : { why }),
    ...(regimes === undefined ? {} : { regimes }),
    receipt: receiptView(receipt),
    // JSON has no infinities (a PSNR of equal pictures is one): such measures are left out.
    metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
    seconds: { ...seconds },
    peakMemoryBytes,
    warnings,
  };
}

export function editText({ id, outcome }: EditRecord): string {
  const { receipt, seconds, warnings } = outcome;
  const head = `${id}: ${outcome.width} x ${outcome.height}, ${seconds.total.toFixed(1)} s.`;
  return [`${head} ${tierInWords(outcome)}`, receiptInWords(receipt), ...warnings.map(warningInWords)].join("\n");
}

function editUri(id: string): string {
  return `dragflow://edits/${id}/picture`;
}

/** The picture that an imageId or an editId stands for, as a resource. */
export function pictureLink(id: string, { workspace }: Pick<ToolContext, "workspace">): FileLink {
  const edit = workspace.findEdit(id);
  const mimeType = mimeTypeOf(workspace.picture(id).path);
  if (edit) return { uri: editUri(id), name: `${id}, full resolution`, mimeType };
  return { uri: `dragflow://images/${id}`, name: `${id}, as it was opened`, mimeType };
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  tif: "image/tiff",
  tiff: "image/tiff",
  avif: "image/avif",
};

/** The type that the file's ending stands for. */
export function mimeTypeOf(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return MIME_TYPES[extension] ?? "application/octet-stream";
}

/** A small picture of an opened image or an edit. */
export function previewOf(ctx: ToolContext, path: string, signal: AbortSignal): Promise<Preview> {
  return ctx.engine.look({ image: path, maxBytes: PREVIEW_BYTES }, { signal });
}

export function progressText({ stage, done, total, loss, ahead }: ToolProgress): string {
  if (stage === "queued") return `queued, ${ahead ?? 0} before it`;
  if (stage === "working") return "working";
  return `${stage} ${Math.floor(done)}/${Math.floor(total)}${loss === undefined ? "" : `, loss ${loss.toPrecision(4)}`}`;
}

export function jobText(job: JobView): string {
  const waiting = job.ahead === undefined ? job.status : `${job.status} (${job.ahead} before it)`;
  const state = job.progress ? `${job.status} (${progressText(job.progress)})` : waiting;
  const error = job.error ? `\n${errorText(job.error)}` : "";
  const said = typeof job.answer?.text === "string" ? `\n${job.answer.text}` : "";
  const more = job.status === "queued" || job.status === "running" ? "\nAsk job_status for the result." : "";
  return `${job.jobId}: ${state}${error}${said}${more}`;
}

/** Where a region is and how large, e.g. for a model that cannot see the tinted preview. */
export function regionText({ id, label, selection: { box, centroid, area, warnings } }: RegionRecord): string {
  const place = `box ${rounded(box)}, centroid ${rounded(centroid)}, ${percent(area)} of the picture.`;
  return [`${id}${label ? ` (${clean(label, 200)})` : ""}: ${place}`, ...warnings.map(warningInWords)].join("\n");
}

function rounded(numbers: readonly number[]): string {
  return `[${numbers.map((value) => Math.round(value * 10) / 10).join(", ")}]`;
}
