/** What a session holds, to be read by name: pictures as bytes, records as JSON. */
import { readFile, stat } from "node:fs/promises";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplate,
} from "@modelcontextprotocol/sdk/types.js";
import { EditError } from "../../errors.ts";
import type { ToolContext } from "../context.ts";
import { publicError } from "../public-error.ts";
import { mimeTypeOf, receiptView } from "../views.ts";
import { COMPARE_META, COMPARE_MIME_TYPE, COMPARE_URI, comparePage } from "./apps.ts";
import { historyView } from "./history-view.ts";
import { page } from "./pages.ts";
import {
  EDIT_PARTS,
  EDIT_TEMPLATE,
  type EditPart,
  editUri,
  HISTORY_URI,
  IMAGE_TEMPLATE,
  imageUri,
  namedBy,
} from "./uris.ts";

/** Largest file that is sent as a resource: clients hold the base64 text in memory whole. */
const MAX_BYTES = 10_000_000;
const JSON_TYPE = "application/json";
/** Of the protocol: resource not found. */
const NOT_FOUND = -32002;

const TEMPLATES: ResourceTemplate[] = [
  {
    uriTemplate: IMAGE_TEMPLATE,
    name: "image",
    title: "An opened picture",
    description: `The file as it was opened, at full resolution, up to ${MAX_BYTES} bytes; export_image writes larger ones`,
  },
  {
    uriTemplate: EDIT_TEMPLATE,
    name: "edit",
    title: "An edit",
    description: `part: picture (result at full resolution), mask (non-zero: what may have changed), diff, recipe, receipt. Up to ${MAX_BYTES} bytes`,
  },
];

export function addResources(server: Server, ctx: ToolContext): void {
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }) => {
    const { items, nextCursor } = page(listed(ctx), params?.cursor);
    return { resources: items, ...(nextCursor === undefined ? {} : { nextCursor }) };
  });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => read(uri, ctx).catch(refused(uri, ctx)));
}

/** Throws McpError where the session holds nothing of this name. */
export function mustExist(uri: string, { workspace }: ToolContext): void {
  const named = namedBy(uri);
  if (uri === COMPARE_URI || named?.type === "history") return;
  const known = (id: string) => workspace.history.nodes().some((node) => node.type === named?.type && node.id === id);
  if (named === undefined || !known(named.id)) throw unknown(uri);
}

/** The session's own things first, then its pictures in the order in which they came. */
function listed({ workspace }: ToolContext): Resource[] {
  const fixed: Resource[] = [
    { uri: HISTORY_URI, name: "history", title: "The tree of edits", mimeType: JSON_TYPE },
    { uri: COMPARE_URI, name: "compare", title: "Before and after", mimeType: COMPARE_MIME_TYPE, _meta: COMPARE_META },
  ];
  const pictures = workspace.history.nodes().flatMap((node) => {
    const { id, name = id } = node;
    const mimeType = mimeTypeOf(workspace.picture(id).path);
    if (node.type === "image") return [{ uri: imageUri(id), name, title: node.fileName, mimeType }];
    const typeOf = { picture: mimeType, mask: "image/png", diff: "image/png", recipe: JSON_TYPE, receipt: JSON_TYPE };
    return EDIT_PARTS.map((part) => ({ uri: editUri(id, part), name: `${name} ${part}`, mimeType: typeOf[part] }));
  });
  return [...fixed, ...pictures];
}

async function read(uri: string, ctx: ToolContext): Promise<ReadResourceResult> {
  if (uri === COMPARE_URI) {
    const text = await comparePage();
    return { contents: [{ uri, mimeType: COMPARE_MIME_TYPE, text, _meta: COMPARE_META }] };
  }
  const { workspace } = ctx;
  const named = namedBy(uri);
  if (named === undefined) throw unknown(uri);
  if (named.type === "history") return json(uri, historyView(workspace));
  if (named.type === "image") return blob(uri, workspace.picture(named.id).path);
  return editPart(uri, named.id, named.part, ctx);
}

function editPart(
  uri: string,
  id: string,
  part: EditPart,
  { workspace }: ToolContext,
): Promise<ReadResourceResult> | ReadResourceResult {
  const { files, recipe, receipt } = workspace.edited(id).outcome;
  switch (part) {
    case "picture":
      return blob(uri, files.image);
    case "mask":
      return blob(uri, files.editable);
    case "diff":
      return blob(uri, files.diff);
    case "recipe":
      return json(uri, recipe);
    case "receipt":
      return json(uri, receiptView(receipt));
    default:
      return part satisfies never;
  }
}

async function blob(uri: string, path: string): Promise<ReadResourceResult> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) {
    throw new EditError("image-too-large", `Expected at most ${MAX_BYTES} bytes to send as a resource, got ${size}`, {
      hint: "export_image writes the file instead",
    });
  }
  const bytes = await readFile(path);
  return { contents: [{ uri, mimeType: mimeTypeOf(path), blob: bytes.toString("base64") }] };
}

function json(uri: string, value: object): ReadResourceResult {
  return { contents: [{ uri, mimeType: JSON_TYPE, text: JSON.stringify(value, null, 2) }] };
}

function unknown(uri: string): McpError {
  return new McpError(NOT_FOUND, "Resource not found", { uri });
}

function refused(uri: string, ctx: ToolContext) {
  return (error: unknown): never => {
    if (error instanceof McpError) throw error;
    const record = publicError(error, "resources/read", ctx);
    if (record.code === "not-found") throw unknown(uri);
    const known = error instanceof EditError ? ErrorCode.InvalidRequest : ErrorCode.InternalError;
    throw new McpError(known, [record.message, record.hint].filter(Boolean).join(". "), { uri, code: record.code });
  };
}
