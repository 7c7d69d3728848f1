import type { z } from "@hono/zod-openapi";
import type { EditRecord } from "../../../session/index.ts";
import type { ToolContext } from "../../../tools/index.ts";
import { presentableAnswer } from "../../../tools/presentable.ts";
import { editView as toolView } from "../../../tools/views.ts";
import { framePaths } from "../frames.ts";
import { EDIT_FILES, type editView as schema } from "../spec/edits.ts";
import { at } from "./urls.ts";

/** An edit with the addresses of all that explains it. */
export async function editView(record: EditRecord, ctx: ToolContext): Promise<z.input<typeof schema>> {
  const { id, outcome } = record;
  const { uri: _, path: __, ...shown } = toolView(record, ctx);
  const { createdAt, name, favourite } = ctx.workspace.history.node(id);
  const named = EDIT_FILES.filter((file) => editFile(record, file) !== undefined);
  const frames = await framePaths(ctx.workspace, id);
  const view = {
    ...shown,
    createdAt,
    ...(name === undefined ? {} : { name }),
    favourite,
    prompt: outcome.recipe.prompt,
    fileUrl: at`/pictures/${id}/file`,
    previewUrl: at`/pictures/${id}/preview`,
    files: Object.fromEntries(named.map((file) => [file, at`/edits/${id}/files/${file}`])),
    frames: frames.map((__path, index) => at`/edits/${id}/frames/${index}`),
  };
  // Addresses are no paths of this machine, but look like them.
  const { files: addresses, frames: strip, fileUrl, previewUrl, ...words } = view;
  const told = presentableAnswer(words, ctx, "") as typeof words;
  return { ...told, files: addresses, frames: strip, fileUrl, previewUrl };
}

/** Path of one of an edit's files, where there is such a one. */
export function editFile({ outcome }: EditRecord, file: (typeof EDIT_FILES)[number]): string | undefined {
  const { tiers, ...others } = outcome.files;
  switch (file) {
    case "tier-preview":
      return tiers.preview;
    case "tier-fast":
      return tiers.fast;
    case "tier-full":
      return tiers.full;
    default:
      return others[file];
  }
}
