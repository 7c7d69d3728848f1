/** The scripted tour by a third party: the protocol's TypeScript client, dragflow in another process over stdio. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import sharp from "sharp";
import { CLI } from "./processes.ts";

/** `dir` holds photo.png and becomes the server's root; `home` a data folder of nobody else's; `node` runs the server. */
export async function stdioTour(dir: string, home: string, node = process.execPath): Promise<string> {
  const args = [CLI, "mcp", "--home", home, "--roots", dir, "--session", "last"];
  const { words, editId, jobId, bytes } = await withServer(node, args, (client) => tour(client, dir));
  // The process has ended; the next one finds everything as it was.
  await withServer(node, args, async (client) => {
    must(
      bytes.equals(await picture(client, `dragflow://edits/${editId}/picture`)),
      "the same bytes in the next process",
    );
    must((await ask(client, "history", {})).current === editId, "the same current picture in the next process");
    must((await ask(client, "job_status", { jobId })).editId === editId, "the job's result in the next process");
  });
  return words;
}

async function withServer<Result>(
  node: string,
  args: string[],
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const transport = new StdioClientTransport({ command: node, args, stderr: "ignore" });
  const client = new Client({ name: "interop", version: "1" });
  await client.connect(transport);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

interface Toured {
  readonly words: string;
  readonly editId: unknown;
  readonly jobId: unknown;
  readonly bytes: Buffer;
}

async function tour(client: Client, dir: string): Promise<Toured> {
  const { imageId } = await ask(client, "open_image", { path: "photo.png" });
  const { regionId } = await ask(client, "select_region", { imageId, box: [60, 215, 240, 280] });
  const edit = { imageId, operations: [{ regionId, motion: { type: "relocation", by: [24, -16] } }] };
  await ask(client, "preview_edit", edit);
  const { editId, jobId, status } = await ask(client, "start_edit", { ...edit, quality: "fast", waitSeconds: 50 });
  must(status === "done", `a finished job, got ${status}`);
  await ask(client, "critique_edit", { editId });
  const bytes = await picture(client, `dragflow://edits/${editId}/picture`);
  must((await ask(client, "history", { action: "undo" })).current !== editId, "another picture after undo");
  must((await ask(client, "history", { action: "redo" })).current === editId, "the edit again after redo");
  must(bytes.equals(await picture(client, `dragflow://edits/${editId}/picture`)), "the same bytes after undo and redo");
  const { path } = await ask(client, "export_image", { id: editId, path: "tour.png" });
  const mask = await picture(client, `dragflow://edits/${editId}/mask`);
  const { inside, outside } = await changes(join(dir, "photo.png"), String(path), mask);
  must(outside === 0 && inside > 0, `0 pixels outside changed and some inside, got ${outside} and ${inside}`);
  const words = `open to export, undo, redo, restart: ${inside} pixels inside changed, 0 outside`;
  return { words, editId, jobId, bytes };
}

async function ask(client: Client, name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await client.callTool({ name, arguments: input }, undefined, { timeout: 120_000 });
  const { isError, content, structuredContent } = answer as CallToolResult; // the older form is never sent
  if (isError || !structuredContent) throw new Error(`${name}: ${JSON.stringify(content).slice(0, 500)}`);
  return structuredContent;
}

async function picture(client: Client, uri: string): Promise<Buffer> {
  const { contents } = await client.readResource({ uri });
  const [first] = contents;
  if (first && "blob" in first) return Buffer.from(first.blob, "base64");
  throw new Error(`Expected bytes at ${uri}`);
}

/** Compared by decoding both files here, whatever the receipt says. */
async function changes(before: string, after: string, mask: Buffer): Promise<{ inside: number; outside: number }> {
  const samples = async (file: Buffer) =>
    (await sharp(file).removeAlpha().toColourspace("srgb").raw().toBuffer()) as Buffer;
  const [a, b] = [await samples(await readFile(before)), await samples(await readFile(after))];
  const editable = await sharp(mask).extractChannel(0).raw().toBuffer();
  const counts = { inside: 0, outside: 0 };
  for (let pixel = 0; pixel < editable.length; pixel++) {
    const same = [0, 1, 2].every((channel) => a[3 * pixel + channel] === b[3 * pixel + channel]);
    if (!same) counts[editable[pixel] ? "inside" : "outside"]++;
  }
  return counts;
}

function must(held: boolean, what: string): void {
  if (!held) throw new Error(`Expected ${what}`);
}
