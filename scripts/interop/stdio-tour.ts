/** The scripted tour by a third party: the protocol's TypeScript client, dragflow in another process over stdio. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import sharp from "sharp";
import { CLI } from "./processes.ts";

/** `dir` holds photo.png and becomes the server's root; `home` its data folder. */
export async function stdioTour(dir: string, home: string): Promise<string> {
  const args = [CLI, "mcp", "--home", home, "--roots", dir];
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" });
  const client = new Client({ name: "interop", version: "1" });
  await client.connect(transport);
  try {
    return await tour(client, dir);
  } finally {
    await client.close();
  }
}

async function tour(client: Client, dir: string): Promise<string> {
  const ask = async (name: string, input: Record<string, unknown>) => {
    const answer = await client.callTool({ name, arguments: input }, undefined, { timeout: 120_000 });
    const { isError, content, structuredContent } = answer as CallToolResult; // the older form is never sent
    if (isError || !structuredContent) throw new Error(`${name}: ${JSON.stringify(content).slice(0, 500)}`);
    return structuredContent;
  };
  const { imageId } = await ask("open_image", { path: "photo.png" });
  const { regionId } = await ask("select_region", { imageId, box: [60, 215, 240, 280] });
  const operations = [{ regionId, motion: { type: "relocation", by: [24, -16] } }];
  await ask("preview_edit", { imageId, operations });
  const { editId, status } = await ask("start_edit", { imageId, operations, quality: "fast", waitSeconds: 50 });
  must(status === "done", `a finished job, got ${status}`);
  await ask("critique_edit", { editId });
  const edited = await picture(client, `dragflow://edits/${editId}/picture`);
  const undone = await ask("history", { action: "undo" });
  must(undone.current !== editId, "another picture after undo");
  const redone = await ask("history", { action: "redo" });
  must(redone.current === editId, "the edit again after redo");
  must(
    edited.equals(await picture(client, `dragflow://edits/${editId}/picture`)),
    "the same bytes after undo and redo",
  );
  const { path } = await ask("export_image", { id: editId, path: "tour.png" });
  const mask = await picture(client, `dragflow://edits/${editId}/mask`);
  const { inside, outside } = await changes(join(dir, "photo.png"), String(path), mask);
  must(outside === 0 && inside > 0, `0 pixels outside changed and some inside, got ${outside} and ${inside}`);
  return `open, select, preview, edit, check, undo, redo, export: ${inside} pixels inside changed, 0 outside`;
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
