/** What every route of the API says alike: who may call, what errors look like, what a file's answer carries. */
import { z } from "@hono/zod-openapi";
import { ERROR_CODES } from "../../../errors.ts";

/** Whose session: the browser's cookie, or a program's header. Beyond loopback a bearer token besides. */
export const SESSION = [{ cookie: [] }, { session: [] }];

export const errorCode = z.enum(["unexpected", ...(Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[])]);

export const problem = z
  .object({
    type: z.string().describe("urn:dragflow:problem:<code>"),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What was expected and what arrived"),
    code: errorCode,
    hint: z.string().optional().describe("What to change"),
  })
  .openapi("Problem");

export const problems = {
  default: {
    description: "Anything that went wrong (RFC 9457)",
    content: { "application/problem+json": { schema: problem } },
  },
} as const;

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } } as const;
}

export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

const binary = z.any().openapi({ type: "string", format: "binary" });

/** A picture or another file as bytes. */
export function bytes(description: string, ...types: readonly string[]) {
  const schemaOf = (type: string) => (type === "application/json" ? z.unknown() : binary);
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema: schemaOf(type) }])) };
}

export const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/tiff", "image/avif", "image/gif"] as const;

/** A file that can be had in part and asked for anew only where it changed. */
export function file(description: string, ...types: readonly string[]) {
  return {
    200: { ...bytes(description, ...types), headers: fileHeaders },
    206: bytes("The part asked for with Range", ...types),
    304: { description: "Unchanged since the ETag of If-None-Match" },
    416: { description: "The part asked for lies beyond the file's end" },
    ...problems,
  };
}

const text = { schema: { type: "string" as const } };
const fileHeaders = { ETag: text, "Accept-Ranges": text, "Cache-Control": text };

export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .describe("The same key with the same request is answered as before; with another request it is refused (422)"),
});

/** Ids of what lies inside a session. */
export const anId = z.string().min(1).max(100);
export const params = {
  image: z.object({ imageId: anId.describe("Of an opened picture") }),
  picture: z.object({ pictureId: anId.describe("An imageId or an editId") }),
  region: z.object({ regionId: anId }),
  edit: z.object({ editId: anId }),
  job: z.object({ jobId: anId }),
  export: z.object({ exportId: anId }),
  candidate: z.object({ candidateId: anId }),
} as const;

/** The history's own rule in a form that every schema reader knows. */
export const nameInput = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name may not hold
  .regex(/^[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,120}$/)
  .describe("1 to 120 characters on one line");
export const warning = z.object({ code: z.string(), message: z.string() }).openapi("Warning");
