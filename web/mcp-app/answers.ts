/** What the page reads from the tools' answers. Answers come from a host: nothing in them is taken on trust. */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

export interface Shown {
  /** What a pick refers to: an imageId or an editId. */
  readonly id: string;
  /** The picture the edit was made from; absent where nothing was edited. */
  readonly beforeId?: string;
  readonly picture: string;
  /** Part of the picture that is shown, each 0–1. */
  readonly part: Part;
}

export interface Part {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Reading {
  readonly text: string;
  readonly shown?: Shown;
  /** A job that has not ended yet. */
  readonly jobId?: string;
  /** The region that was selected. */
  readonly regionId?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const WHOLE: Part = { x0: 0, y0: 0, x1: 1, y1: 1 };
const PICTURE = /^image\/(png|jpeg|webp)$/;

export function read({ content, structuredContent }: CallToolResult): Reading {
  const fields: Fields = structuredContent ?? {};
  const edit = isFields(fields.edit) ? fields.edit : fields;
  const texts = content.flatMap((block) => (block.type === "text" ? [block.text] : []));
  const picture = pictureOf({ content });
  const id = word(edit.editId) ?? word(fields.id) ?? word(fields.imageId);
  const beforeId = word(edit.editId) === undefined ? undefined : word(edit.imageId);
  const waiting = fields.status === "queued" || fields.status === "running";
  const jobId = waiting ? word(fields.jobId) : undefined;
  const regionId = word(fields.regionId);
  return {
    text: texts.join("\n"),
    ...(picture !== undefined && id !== undefined
      ? { shown: { id, picture, part: partOf(fields), ...(beforeId === undefined ? {} : { beforeId }) } }
      : {}),
    ...(jobId === undefined ? {} : { jobId }),
    ...(regionId === undefined ? {} : { regionId }),
  };
}

/** The first image block as a data URI. */
export function pictureOf({ content }: Pick<CallToolResult, "content">): string | undefined {
  const block = content.find((one) => one.type === "image");
  if (block?.type !== "image" || !PICTURE.test(block.mimeType)) return undefined;
  return `data:${block.mimeType};base64,${block.data}`;
}

function partOf({ crop, width, height }: Fields): Part {
  if (!Array.isArray(crop) || typeof width !== "number" || typeof height !== "number") return WHOLE;
  const [x0, y0, x1, y1] = crop.map(Number);
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return WHOLE;
  return { x0: x0 / width, y0: y0 / height, x1: x1 / width, y1: y1 / height };
}

function word(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
