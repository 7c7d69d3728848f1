/** export_image: the full-resolution file, into an allowed folder. */
import { basename, relative } from "node:path";
import { z } from "zod";
import type { ExportRequest } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { writablePath } from "./roots.ts";
import { pathInput, pictureId, receiptOutput, warningsOutput } from "./schemas.ts";
import { mimeTypeOf, pictureLink, receiptView } from "./views.ts";
import { receiptInWords, warningInWords } from "./words.ts";

const FORMATS = ["png", "webp", "tiff", "avif", "jpeg"] as const;
const input = z.strictObject({
  id: pictureId,
  path: pathInput.describe("Inside the allowed folders; the extension names the format"),
  format: z.enum(FORMATS).optional().describe("Must agree with the path's extension; appended where that has none"),
  overwrite: z.boolean().optional().describe("true replaces an existing file"),
});
const output = z.object({
  path: z.string().describe("Where it was written; relative to the first root for callers on other machines"),
  downloadUrl: z.string().optional().describe("Where it can be fetched for a while, for callers on other machines"),
  format: z.string(),
  bytes: z.number(),
  receipt: receiptOutput,
  warnings: warningsOutput,
});

export const exportImage = defineTool({
  name: "export_image",
  title: "Export a picture",
  input,
  output,
  annotations: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  async execute({ id, path, format, overwrite }, ctx, { signal }) {
    const out = await writablePath(ctx.roots, withFormat(path, format));
    const request = await exportRequest(ctx, id, out, overwrite ?? false);
    const { receipt, ...written } = await ctx.engine.exportImage(request, { signal });
    const shown = shownPath(written.path, ctx);
    const downloadUrl = ctx.downloads?.offer(written.path);
    return {
      structured: {
        ...written,
        path: shown,
        ...(downloadUrl === undefined ? {} : { downloadUrl }),
        receipt: receiptView(receipt),
      },
      text: [
        `Wrote ${shown} (${written.format}, ${written.bytes} bytes).`,
        ...(downloadUrl === undefined ? [] : [`Fetch it from ${downloadUrl}`]),
        receiptInWords(receipt),
        ...written.warnings.map(warningInWords),
      ].join("\n"),
      link:
        downloadUrl === undefined
          ? pictureLink(id, ctx)
          : { uri: downloadUrl, name: basename(shown), mimeType: mimeTypeOf(shown) },
    };
  },
});

/** Paths of this machine are for callers on it. */
function shownPath(path: string, { roots, showPaths = true }: ToolContext): string {
  const [base = "/"] = roots.folders;
  return showPaths ? path : relative(base, path);
}

/** An edit travels with its original, so that the receipt can speak of what lies outside, and with the opened picture. Throws `session-damaged`. */
export async function exportRequest(
  { workspace }: Pick<ToolContext, "workspace">,
  id: string,
  out: string,
  overwrite: boolean,
): Promise<ExportRequest> {
  const edit = workspace.findEdit(id);
  for (const picture of edit ? [edit.imageId, id] : [id]) await workspace.intact(picture);
  const source = workspace.picture(await opened(workspace, id)).path;
  if (!edit) return { image: workspace.picture(id).path, source, out, overwrite };
  const { files, recipe } = edit.outcome;
  const original = workspace.picture(edit.imageId).path;
  return { image: files.image, original, editable: files.editable, source, recipe, out, overwrite };
}

/** The picture that was opened for it. Whether its file is whole matters to JPEG alone: there the engine says so. */
async function opened(workspace: ToolContext["workspace"], id: string): Promise<string> {
  const root = workspace.history.root(id);
  await workspace.intact(root).catch(() => undefined);
  return root;
}

function withFormat(path: string, format: (typeof FORMATS)[number] | undefined): string {
  if (format === undefined) return path;
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (extension === undefined) return `${path}.${format}`;
  const named = { jpg: "jpeg", tif: "tiff" }[extension] ?? extension;
  if (named === format) return path;
  throw new EditError("usage", `Expected a path ending in .${format}, got .${extension}`);
}
