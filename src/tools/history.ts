/** history: undo, redo, branches, favourites, and the whole session in one file. */
import { basename, relative } from "node:path";
import { z } from "zod";
import { EditError } from "../errors.ts";
import { Workspace } from "../session/index.ts";
import { defineTool, type FileLink, type ToolContext } from "./define.ts";
import { type HistoryView, historyOutput, historyText, historyView } from "./history-output.ts";
import { readablePath, writablePath } from "./roots.ts";
import { pathInput, pictureId } from "./schemas.ts";
import { pictureLink, previewOf } from "./views.ts";

const ACTIONS = [
  "list",
  "undo",
  "redo",
  "checkout",
  "branch",
  "rename",
  "favourite",
  "delete-branch",
  "prune",
  "export",
  "import",
  "delete-session",
] as const;

const branchName = z.string().min(1).max(120);
const input = z.strictObject({
  action: z.enum(ACTIONS).optional().describe("Default list"),
  id: pictureId.optional().describe("checkout, branch, rename, favourite: an imageId or editId"),
  branch: branchName
    .optional()
    .describe("checkout, rename, delete-branch: name of a branch; the first two take it instead of id"),
  name: branchName.optional().describe("branch, rename: the new name"),
  on: z.boolean().optional().describe("favourite: false takes the mark away; default true"),
  keep: z.array(pictureId).max(1000).optional().describe("prune: ids that stay with all they were made from"),
  path: pathInput.optional().describe("export, import: a .tar file inside the allowed folders"),
  overwrite: z.boolean().optional().describe("export: true replaces an existing file"),
  sessionId: z.string().min(1).max(100).optional().describe("delete-session: an earlier session, never this one"),
  limit: z.number().int().min(1).max(500).optional().describe("Pictures to list; default 50"),
});
type Input = z.output<typeof input>;
type Found = Pick<HistoryView, "removed" | "freedBytes" | "path" | "bytes" | "downloadUrl" | "sessionId" | "deleted">;

export const history = defineTool({
  name: "history",
  title: "History of the session",
  input,
  output: historyOutput,
  // prune removes pictures for good, and export may replace a file.
  annotations: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
  async execute(args, ctx, { signal }) {
    const action = args.action ?? "list";
    const found = await run(action, args, ctx);
    const view = { ...historyView(action, ctx, args.limit ?? 50), ...found };
    const text = [...said(found), historyText(view)].join("\n");
    const { current } = ctx.workspace.history;
    if (current === undefined) return { structured: view, text };
    const preview = await previewOf(ctx, ctx.workspace.picture(current).path, signal);
    return { structured: view, text, preview, link: archiveLink(found) ?? pictureLink(current, ctx) };
  },
});

async function run(action: (typeof ACTIONS)[number], args: Input, ctx: ToolContext): Promise<Found> {
  const { history } = ctx.workspace;
  switch (action) {
    case "list":
      break;
    case "undo":
      await history.undo();
      break;
    case "redo":
      await history.redo();
      break;
    case "checkout":
      await history.checkout(idOrBranch(args));
      break;
    case "branch":
      await history.branch(needed(args.name, "name", action), args.id);
      break;
    case "rename":
      await history.rename(idOrBranch(args), needed(args.name, "name", action));
      break;
    case "favourite":
      await history.favourite(needed(args.id, "id", action), args.on ?? true);
      break;
    case "delete-branch":
      await history.deleteBranch(needed(args.branch, "branch", action));
      break;
    case "prune":
      return history.prune(args.keep).then(({ removed, freedBytes }) => ({ removed: [...removed], freedBytes }));
    case "export":
      return exported(needed(args.path, "path", action), args.overwrite ?? false, ctx);
    case "import":
      return imported(needed(args.path, "path", action), ctx);
    case "delete-session":
      return deleted(needed(args.sessionId, "sessionId", action), ctx);
    default:
      action satisfies never;
  }
  return {};
}

async function exported(wanted: string, overwrite: boolean, ctx: ToolContext) {
  const { workspace, roots, downloads, showPaths = true } = ctx;
  const out = await writablePath(roots, wanted.toLowerCase().endsWith(".tar") ? wanted : `${wanted}.tar`);
  const { path, bytes } = await workspace.exportTo(out, { overwrite });
  const shown = showPaths ? path : relative(roots.folders[0] ?? "/", path);
  return { path: shown, bytes, ...(downloads === undefined ? {} : { downloadUrl: downloads.offer(path) }) };
}

/** For callers on other machines. */
function archiveLink({ path = "", downloadUrl }: Found): FileLink | undefined {
  return downloadUrl === undefined
    ? undefined
    : { uri: downloadUrl, name: basename(path), mimeType: "application/x-tar" };
}

/** Knowing an id is the right to open the session, and so to end it. Throws `session-in-use` while anyone has it open. */
async function deleted(sessionId: string, { workspace }: ToolContext) {
  if (sessionId === workspace.id) {
    throw new EditError("arguments-invalid", "Expected the id of an earlier session, got this one's", {
      hint: "This session ends with its connection; dragflow history remove --session ID deletes it afterwards",
    });
  }
  const session = await Workspace.open(workspace.home, sessionId);
  await session.remove();
  return { deleted: sessionId };
}

/** The new session is only put down: this conversation goes on in its own. */
async function imported(path: string, { workspace, roots }: ToolContext) {
  const made = await Workspace.importFrom(workspace.home, await readablePath(roots, path));
  await made.close();
  return { sessionId: made.id };
}

function said({ removed, freedBytes = 0, path, bytes, downloadUrl, sessionId, deleted }: Found): string[] {
  if (removed !== undefined) return [`Removed ${removed.length} pictures, ${freedBytes} bytes.`];
  if (path !== undefined) {
    const fetched = downloadUrl === undefined ? [] : [`Fetch it from ${downloadUrl}`];
    return [`Wrote the session to ${path} (${bytes} bytes).`, ...fetched];
  }
  if (deleted !== undefined) return [`Deleted session ${deleted} with all its pictures.`];
  if (sessionId !== undefined)
    return [`Imported as session ${sessionId}; dragflow mcp --session ${sessionId} opens it.`];
  return [];
}

function idOrBranch({ id, branch, action = "checkout" }: Input): string {
  if ((id === undefined) !== (branch === undefined)) return id ?? branch ?? "";
  const got = id === undefined ? "neither" : "both";
  throw new EditError("arguments-invalid", `Expected id or branch for ${action}, got ${got}`, {
    hint: 'The action "list" names both',
  });
}

function needed(value: string | undefined, field: string, action: string): string {
  if (value !== undefined) return value;
  throw new EditError("arguments-invalid", `Expected ${field} for ${action}, got none`, {
    hint: `Give ${field} along with the action`,
  });
}
