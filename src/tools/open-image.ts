/** open_image: a file or a data URI becomes a picture of the session. */
import { z } from "zod";
import { EditError } from "../errors.ts";
import type { ImageRecord } from "../session/index.ts";
import { dataUriBytes } from "./data-uri.ts";
import { ADDS, defineTool, type ToolCall, type ToolContext } from "./define.ts";
import { readablePath } from "./roots.ts";
import { warningsOutput } from "./schemas.ts";
import { previewOf } from "./views.ts";
import { warningInWords } from "./words.ts";

const input = z.strictObject({
  path: z.string().optional().describe("File inside the allowed folders; this or dataUri"),
  dataUri: z.string().optional().describe("data:image/…;base64,… for small pictures"),
});
const output = z.object({
  imageId: z.string(),
  width: z.number(),
  height: z.number(),
  format: z.string(),
  channels: z.number(),
  depth: z.number(),
  warnings: warningsOutput,
});

export const openImage = defineTool({
  name: "open_image",
  title: "Open a picture",
  input,
  output,
  annotations: ADDS,
  async execute(args, ctx, call) {
    const { id, path, name, info } = await opened(args, ctx, call);
    const text = [
      `${id}: ${name}, ${info.width} x ${info.height} ${info.format}.`,
      ...info.warnings.map(warningInWords),
    ];
    return {
      structured: { imageId: id, ...info },
      text: text.join("\n"),
      preview: await previewOf(ctx, path, call.signal),
    };
  },
});

async function opened(
  { path, dataUri }: z.infer<typeof input>,
  ctx: ToolContext,
  { signal }: ToolCall,
): Promise<ImageRecord> {
  if (path !== undefined && dataUri === undefined) {
    return ctx.workspace.openImage(ctx.engine, await readablePath(ctx.roots, path), { signal });
  }
  if (dataUri !== undefined && path === undefined) {
    const { bytes, extension } = dataUriBytes(dataUri);
    return ctx.workspace.openBytes(ctx.engine, bytes, `picture.${extension}`, { signal });
  }
  throw new EditError("usage", `Expected path or dataUri, got ${path === undefined ? "neither" : "both"}`);
}
