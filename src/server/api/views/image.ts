import type { z } from "@hono/zod-openapi";
import type { ImageRecord } from "../../../session/index.ts";
import { clean } from "../../../tools/clean.ts";
import type { imageView as schema } from "../spec/images.ts";
import { at } from "./urls.ts";

export function imageView({ id, name, info }: ImageRecord): z.input<typeof schema> {
  const { width, height, format, channels, depth, warnings } = info;
  const urls = { fileUrl: at`/images/${id}/file`, previewUrl: at`/pictures/${id}/preview` };
  return {
    imageId: id,
    name: clean(name, 200),
    width,
    height,
    format,
    channels,
    depth,
    warnings: [...warnings],
    ...urls,
  };
}
