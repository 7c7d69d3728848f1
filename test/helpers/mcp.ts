/** An MCP client linked in memory to the tools, over a session in a temporary folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import sharp from "sharp";
import type { Engine } from "../../src/engine/api.ts";
import { Workspace } from "../../src/session/index.ts";
import { createMcpServer, openRoots, type ToolContext } from "../../src/tools/index.ts";

export interface Tour {
  readonly client: Client;
  readonly ctx: ToolContext;
  /** The root folder; holds photo.png, 48 x 32. */
  readonly root: string;
  readonly log: string[];
  call(name: string, args: Record<string, unknown>): Promise<CallToolResult>;
  /** As `call`, but the structured answer; throws on `isError`. */
  ask(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startTour(engine: Engine): Promise<Tour> {
  const base = await mkdtemp(join(tmpdir(), "dragflow-tour-"));
  const root = await mkdtemp(join(base, "root-"));
  await photo(join(root, "photo.png"));
  const workspace = await Workspace.create(join(base, "home"));
  const log: string[] = [];
  const roots = await openRoots(undefined, root, [workspace.dir]);
  const ctx: ToolContext = { engine, workspace, roots, log: (line) => log.push(line) };
  const client = new Client({ name: "test", version: "1" });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer(ctx).connect(there);
  await client.connect(here);
  // The protocol's older answer form (toolResult) is never sent by this server.
  const call = async (name: string, args: Record<string, unknown>) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  return {
    client,
    ctx,
    root,
    log,
    call,
    async ask(name, args) {
      const { isError, content, structuredContent } = await call(name, args);
      if (isError || !structuredContent) throw new Error(JSON.stringify(content));
      return structuredContent;
    },
    async close() {
      await client.close();
      await workspace.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** A picture of 48 x 32 pixels, half red, half blue. */
export async function photo(path: string): Promise<void> {
  const red = { width: 48, height: 32, channels: 3 as const, background: { r: 200, g: 20, b: 20 } };
  const blue = { width: 24, height: 32, channels: 3 as const, background: { r: 20, g: 20, b: 200 } };
  const half = await sharp({ create: blue }).png().toBuffer();
  await sharp({ create: red })
    .composite([{ input: half, left: 24, top: 0 }])
    .toFile(path);
}

export function textOf(result: CallToolResult): string {
  return result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}
