/** Those who use the server during a soak: a program, a page with its event stream, an agent over MCP. Each begins a
 * session, works in it, and lets go of it, again and again. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { mulberry } from "../../helpers/mulberry.ts";
import { ApiClient } from "../client.ts";
import { check, oneOf } from "../part.ts";

export interface Town {
  readonly url: string;
  readonly photo: Uint8Array;
  /** Seconds between two steps on average. */
  readonly pause: number;
  /** False once nobody shall begin anything new. */
  open(): boolean;
  /** Tells of one thing done. */
  count(what: string): void;
}

export type Person = (town: Town, seed: number) => Promise<void>;

const REGION = { box: [60, 60, 160, 150] };

function motion(random: () => number) {
  return { type: "relocation", by: [Math.round(10 + 60 * random()), Math.round(20 * random())] };
}

async function rest({ pause }: Town, random: () => number): Promise<void> {
  await sleep(2000 * pause * random());
}

/** A program, and beside it the page's event stream and its pictures. */
export const program: Person = async (town, seed) => {
  const random = mulberry(seed);
  while (town.open()) {
    const client = await ApiClient.begin(town.url);
    const stream = await client.send("GET", "/events");
    const heard = drained(stream);
    check((await fetch(`${town.url}/`)).ok, "the page did not answer");
    const imageId = await client.upload(town.photo, "photo.png");
    const { regionId } = await client.post<{ regionId: string }>("/regions", { imageId, ...REGION });
    for (let turn = 0; turn < 4; turn++) {
      for (let i = 0; i < 3; i++) {
        const operations = [{ region: REGION, motion: motion(random) }];
        const live = await client.send("POST", "/live?client=tab", { imageId, operations });
        check(live.ok || live.status === 499, `live: ${live.status}`);
        await live.arrayBuffer();
        town.count("live previews");
      }
      const operations = [{ regionId, motion: motion(random) }];
      const quality = random() < 0.25 ? "fast" : "preview";
      const { jobId } = await client.post<{ jobId: string }>("/edits", { imageId, operations, quality });
      if (random() < 0.25) {
        await sleep(500 * random());
        await client.send("DELETE", `/jobs/${jobId}`);
        town.count("cancels");
      }
      const job = await client.ended(jobId);
      check(job.status !== "failed", `edit: ${JSON.stringify(job)}`);
      town.count(`${quality} edits ${job.status}`);
      if (job.editId !== undefined) {
        await client.hash(job.editId);
        await client.post("/history/undo");
        await client.post("/history/redo");
        await client.post("/exports", { id: job.editId, format: oneOf(["png", "webp", "jpeg"], random) });
        town.count("exports");
      }
      await rest(town, random);
    }
    await client.post("/history/checkout", { to: imageId });
    await client.post("/history/prune", {});
    await client.send("DELETE", "/session?forget=true");
    town.count("sessions of a program");
    await heard;
  }
};

/** Reads a stream of events to its end. */
async function drained(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  while (reader !== undefined && !(await reader.read()).done);
}

/** An agent over MCP. */
export const agent: Person = async (town, seed) => {
  const random = mulberry(seed);
  const dataUri = `data:image/png;base64,${Buffer.from(town.photo).toString("base64")}`;
  while (town.open()) {
    const transport = new StreamableHTTPClientTransport(new URL(`${town.url}/mcp`));
    const client = new Client({ name: "soak", version: "1" });
    // The SDK's transport types its session id as "string | undefined" where the interface says optional.
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    const ask = async (name: string, args: Record<string, unknown>) => {
      const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
      check(!isError, `${name}: ${JSON.stringify(content)}`);
      town.count("tool calls");
      return (structuredContent ?? {}) as Record<string, unknown>; // what the tool's schema says
    };
    const { imageId } = await ask("open_image", { dataUri });
    await ask("look", { id: imageId });
    const { regionId } = await ask("select_region", { imageId, ...REGION });
    for (let turn = 0; turn < 3; turn++) {
      const operations = [{ regionId, motion: motion(random) }];
      await ask("preview_edit", { imageId, operations });
      const quality = random() < 0.25 ? "fast" : "preview";
      const { jobId } = await ask("start_edit", { imageId, operations, quality });
      if (random() < 0.25) await ask("cancel_job", { jobId });
      let job = await ask("job_status", { jobId, waitSeconds: 30 });
      while (job.status === "queued" || job.status === "running")
        job = await ask("job_status", { jobId, waitSeconds: 30 });
      check(job.status !== "failed", `edit: ${JSON.stringify(job)}`);
      town.count(`${quality} edits ${job.status}`);
      await ask("history", { action: "undo" });
      await ask("history", { action: "redo" });
      if (typeof job.editId === "string") {
        await ask("export_image", { id: job.editId, path: `out-${turn}.png`, overwrite: true });
        town.count("exports");
      }
      await rest(town, random);
    }
    await ask("history", { action: "prune" });
    await transport.terminateSession();
    await client.close();
    town.count("sessions of an agent");
  }
};
