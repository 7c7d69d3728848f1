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
  .object({
    request: z.record(z.string(), z.unknown()),
    response: z.unknown().optional(),
    error: errorSchema.optional(),
  })
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

/** Sessions name their pictures, regions and edits at random. */
const IDS = /\b(?:img|reg|edit|job|ses|cand)_[0-9a-z]{10,40}\b/g;

/** In the order of their first mention. */
export function idsIn(request: Readonly<Record<string, unknown>>): string[] {
  return [...new Set(JSON.stringify(request).match(IDS) ?? [])];
}

/**
 * What has to be the same on replay: every word and whole number. Ids are told apart by the order in which they are first
 * mentioned; pictures and measured fractions differ in the last bit between machines, so they only have to be there.
 */
export function normalised(request: Readonly<Record<string, unknown>>): string {
  const ids = idsIn(request);
  const text = JSON.stringify(request, (key, value) => (key === "url" ? "picture" : value), 1);
  const named = text.replaceAll(IDS, (id) => `${id.split("_")[0]}_${ids.indexOf(id) + 1}`);
  return named.replaceAll(/-?\d+\.\d+(e-?\d+)?/g, "~");
}

/** A recorded reply with the ids of this session in place of those that were recorded. */
export function translated(response: unknown, recorded: readonly string[], present: readonly string[]): unknown {
  const text = JSON.stringify(response) ?? "null";
  return JSON.parse(text.replaceAll(IDS, (id) => present[recorded.indexOf(id)] ?? id));
}
