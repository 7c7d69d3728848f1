/** The form of a recording: one JSON line per exchange, pictures by their hash, never a key. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { WireRequest } from "./wire.ts";

export const TRAFFIC_VERSION = 1;

const errorSchema = z.object({
  kind: z.enum(["timeout", "connection", "status", "partial-stream"]),
  message: z.string(),
  status: z.number().optional(),
  retryable: z.boolean(),
});
export const headSchema = z.object({
  type: z.literal("dragflow-model-traffic"),
  version: z.literal(TRAFFIC_VERSION),
  host: z.string(),
  model: z.string(),
});
export const exchangeSchema = z
  .object({ request: z.record(z.string(), z.unknown()), response: z.unknown().optional(), error: errorSchema.optional() })
  .refine(({ response, error }) => response !== undefined || error !== undefined, "has neither response nor error");
export type Exchange = z.infer<typeof exchangeSchema>;
export type RecordedError = z.infer<typeof errorSchema>;

/** The request as it is recorded; with `keepImages` the pictures stay in it. */
export function recordable({ messages, tools, schema }: WireRequest, keepImages: boolean): Record<string, unknown> {
  return {
    messages: keepImages ? messages : withoutImages(messages),
    ...(tools === undefined ? {} : { tools: tools.map((tool) => tool.function.name) }),
    ...(schema === undefined ? {} : { schema: schema.name }),
  };
}

function withoutImages(messages: WireRequest["messages"]): unknown {
  return JSON.parse(JSON.stringify(messages, (key, value) => (key === "url" ? hashed(value) : value)));
}

function hashed(url: unknown): unknown {
  if (typeof url !== "string" || !url.startsWith("data:")) return url;
  const comma = url.indexOf(",");
  const hash = createHash("sha256").update(Buffer.from(url.slice(comma + 1), "base64"));
  return `${url.slice(0, comma).replace(";base64", "")};sha256,${hash.digest("hex")}`;
}

/**
 * What has to be the same on replay: every word and whole number. Pictures and measured fractions differ in the last bit
 * between machines, so they only have to be there.
 */
export function normalised(request: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(request, (key, value) => (key === "url" ? "picture" : value), 1);
  return text.replaceAll(/-?\d+\.\d+(e-?\d+)?/g, "~");
}
