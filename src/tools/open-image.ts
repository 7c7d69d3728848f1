/** open_image: a file, a data URI, a web address or an upload becomes a picture of the session. */
import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { EditError } from "../errors.ts";
import type { ImageRecord } from "../session/index.ts";
import { clean } from "./clean.ts";
import { dataUriBytes } from "./data-uri.ts";
import { ADDS, defineTool, type ToolCall, type ToolContext } from "./define.ts";
import { fetchPicture } from "./fetch-picture.ts";
import { type ReadFile, readInside } from "./roots.ts";
import { MAX_DATA_URI, pathInput, warningsOutput } from "./schemas.ts";
import { pictureLink, previewOf } from "./views.ts";
import { warningInWords } from "./words.ts";

const input = z.strictObject({
  path: pathInput.optional().describe("File inside the allowed folders; relative paths start at the first"),
  dataUri: z.string().min(1).max(MAX_DATA_URI).optional().describe("data:image/…;base64,… , at most 20 MB"),
  url: z.string().min(1).max(2000).optional().describe("http(s) address; only where the server allows fetching"),
  uploadTicket: z.string().min(1).max(200).optional().describe("Of a picture sent to the server over HTTP"),
});
type Input = z.infer<typeof input>;
const output = z.object({
  imageId: z.string(),
  width: z.number().describe("Pixels, after EXIF orientation"),
  height: z.number(),
  format: z.string().describe("Of the file, by its content"),
  channels: z.number().describe("1 grey, 2 grey + alpha, 3 RGB, 4 RGBA"),
  depth: z.number().describe("Bits per sample"),
  uri: z.string().describe("Resource of the picture as it was opened"),
  warnings: warningsOutput,
});

export const openImage = defineTool({
  name: "open_image",
  title: "Open a picture",
  input,
  output,
  // A URL reaches beyond this machine, where that is allowed.
  annotations: { ...ADDS, openWorld: true },
  async execute(args, ctx, call) {
    const { id, path, name, info } = await opened(args, ctx, call);
    const text = [
      `${id}: ${clean(name, 100)}, ${info.width} x ${info.height} ${info.format}.`,
      ...info.warnings.map(warningInWords),
    ];
    const link = pictureLink(id, ctx);
    return {
      structured: { imageId: id, ...info, uri: link.uri },
      text: text.join("\n"),
      preview: await previewOf(ctx, path, call.signal),
      link,
    };
  },
});

const SOURCES = ["path", "dataUri", "url", "uploadTicket"] as const;

async function opened(args: Input, ctx: ToolContext, { signal }: ToolCall): Promise<ImageRecord> {
  const given = SOURCES.filter((name) => args[name] !== undefined);
  if (given.length !== 1) {
    throw new EditError(
      "arguments-invalid",
      `Expected one of ${SOURCES.join(", ")}, got ${given.join(" and ") || "none"}`,
    );
  }
  const { bytes, name } = await readFrom(args, ctx, signal);
  return ctx.workspace.openBytes(ctx.engine, bytes, tameName(name), { signal });
}

async function readFrom(args: Input, ctx: ToolContext, signal: AbortSignal): Promise<ReadFile> {
  if (args.path !== undefined) return readInside(ctx.roots, args.path);
  if (args.dataUri !== undefined) {
    const { bytes, extension } = dataUriBytes(args.dataUri);
    return { bytes, name: `picture.${extension}` };
  }
  if (args.url !== undefined) return fetched(args.url, ctx, signal);
  return uploaded(args.uploadTicket ?? "", ctx);
}

async function fetched(url: string, { fetchUrls = false }: ToolContext, signal: AbortSignal): Promise<ReadFile> {
  if (fetchUrls) return { bytes: await fetchPicture(url, signal), name: new URL(url).pathname };
  throw new EditError("url-refused", "Expected a path, dataUri or uploadTicket: this server fetches no addresses", {
    hint: "Save the picture as a file inside the allowed folders and open its path",
  });
}

async function uploaded(ticket: string, { uploads }: ToolContext): Promise<ReadFile> {
  if (uploads === undefined) {
    throw new EditError("not-available", "Expected a path or dataUri: this server takes no uploads", {
      hint: "Uploads need the server over HTTP (dragflow serve)",
    });
  }
  const { path, name } = await uploads.take(ticket);
  try {
    return { bytes: await readFile(path), name };
  } finally {
    await rm(path, { force: true });
  }
}

/** A name to show and an ending to keep; both may come from a stranger. */
export function tameName(name: string): string {
  const [, stem = "", ending = ""] = /([^/\\]*?)(\.[A-Za-z0-9]{1,5})?$/.exec(clean(name, 300)) ?? [];
  return `${clean(stem, 100) || "picture"}${ending.toLowerCase()}`;
}
