/** The part "clock": somebody sets the machine's clock, forwards and back, while a server works. Sessions, tickets and
 * locks live as long as they were to, jobs run in their order, ids stay apart, nothing under way is swept. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { EditError } from "../../src/errors.ts";
import { Workspace } from "../../src/session/index.ts";
import { photo } from "../helpers/mcp.ts";
import { mulberry } from "../helpers/mulberry.ts";
import { ApiClient } from "./client.ts";
import { Expected, VARIANTS, wishOf } from "./edits.ts";
import { check, Faults, oneOf, type PartOptions, type PartResult } from "./part.ts";
import { type Serving, serve } from "./program.ts";
import { openWhole } from "./whole.ts";

const HOUR = 3_600_000;
/** Milliseconds; the later ones lie before any file of the session, and far behind every expiry. */
const JUMPS = [HOUR, -HOUR, 26 * HOUR, -26 * HOUR, 4000 * 24 * HOUR, -4000 * 24 * HOUR] as const;

export async function clockPart({ seed, runs, program, log }: PartOptions): Promise<PartResult> {
  const home = await mkdtemp(join(tmpdir(), "dragflow-clock-"));
  const clock = join(home, "clock");
  const faults = new Faults();
  const counts = { jumps: 0, edits: 0 };
  await writeFile(clock, "0");
  await photo(join(home, "photo.png"));
  const jump = async (ms: number) => {
    await writeFile(clock, String(ms));
    await sleep(60);
    counts.jumps++;
  };
  const argv = ["--import", new URL("clock.mjs", import.meta.url).href, ...program];
  const server = await serve(argv, home, { env: { CLOCK_FILE: clock } });
  try {
    const town = await Town.open(server, home);
    for (let i = 0; i < runs; i++) {
      const random = mulberry(seed + i);
      await faults.during(`run ${i}, seed ${seed + i}`, async () => {
        counts.edits += await town.throughJumps(random, jump);
      });
      log(`clock: run ${i + 1} of ${runs}, ${faults.list.length} faults`);
    }
    server.child.kill("SIGTERM");
    await server.ended;
    await faults.during("at the end", () => town.lookOver());
  } finally {
    server.child.kill("SIGKILL");
    await rm(home, { recursive: true, force: true });
  }
  return { runs, faults: faults.list, figures: counts };
}

class Town {
  readonly #server: Serving;
  readonly #home: string;
  readonly #api: ApiClient;
  readonly #imageId: string;
  readonly #agent: Client;
  readonly #expected = new Expected();
  readonly #ids = new Set<string>();

  private constructor(server: Serving, home: string, api: ApiClient, imageId: string, agent: Client) {
    this.#server = server;
    this.#home = home;
    this.#api = api;
    this.#imageId = imageId;
    this.#agent = agent;
  }

  static async open(server: Serving, home: string): Promise<Town> {
    const api = await ApiClient.begin(server.url);
    const imageId = await api.upload(new Uint8Array(await readFile(join(home, "photo.png"))), "photo.png");
    const agent = new Client({ name: "clock", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`));
    // The SDK's transport types its session id as "string | undefined" where the interface says optional.
    await agent.connect(transport as Parameters<typeof agent.connect>[0]);
    return new Town(server, home, api, imageId, agent);
  }

  /** What is begun before a jump goes on behind it; resolves to the edits that were made. */
  async throughJumps(random: () => number, jump: (ms: number) => Promise<void>): Promise<number> {
    const key = { "idempotency-key": `k${random()}` };
    const variants = [0, 1, 2].map(() => oneOf(VARIANTS, random));
    const ticket = await this.#ticket();
    const jobs: string[] = [];
    for (const variant of variants) {
      const wish = { imageId: this.#imageId, ...wishOf(variant) };
      const own = jobs.length === 0 ? key : {};
      jobs.push((await this.#api.post<{ jobId: string }>("/edits", wish, own)).jobId);
      await jump(oneOf(JUMPS, random));
      // Whoever begins a session lets the data folder be swept.
      const other = await ApiClient.begin(this.#server.url);
      await this.#refusedToOthers();
      await other.send("DELETE", "/session?forget=true");
    }
    const again = { imageId: this.#imageId, ...wishOf(variants[0] ?? 0) };
    const { jobId } = await this.#api.post<{ jobId: string }>("/edits", again, key);
    check(jobId === jobs[0], "a request sent twice was done twice");
    const made: string[] = [];
    for (const id of jobs) {
      const job = await this.#api.ended(id);
      check(job.status === "done", `${id} ended as ${JSON.stringify(job)}`);
      made.push(job.editId ?? "");
    }
    await this.#inOrder(made);
    for (const id of [...jobs, ...made]) check(!this.#ids.has(id) && this.#ids.add(id).size > 0, `${id} came twice`);
    await this.#used(ticket);
    await jump(0);
    return made.length;
  }

  async lookOver(): Promise<void> {
    await (await openWhole(this.#home, this.#api.sessionId, this.#expected)).close();
  }

  /** Jobs run in the order in which they were started, so edits stand in the history in that order. */
  async #inOrder(made: readonly string[]): Promise<void> {
    const { nodes } = await this.#api.get<{ nodes: { id: string }[] }>("/history");
    const last = nodes.slice(-made.length).map(({ id }) => id);
    check(last.join() === made.join(), `edits ${made.join(", ")} stand in the history as ${last.join(", ")}`);
  }

  /** The session's lock holds, whatever its age seems to be. */
  async #refusedToOthers(): Promise<void> {
    const code = await Workspace.open(this.#home, this.#api.sessionId).then(
      async (workspace) => {
        await workspace.close();
        return "opened";
      },
      (error: unknown) => (error instanceof EditError ? error.code : String(error)),
    );
    check(code === "session-in-use", `another process that wants the session is told ${code}`);
  }

  /** The address where the agent's session takes a picture. */
  async #ticket(): Promise<{ url: string; ticket: string }> {
    const { sessionId } = this.#agent.transport as StreamableHTTPClientTransport; // the one it was connected with
    const response = await fetch(`${this.#server.url}/mcp/uploads`, {
      method: "POST",
      headers: { "mcp-session-id": String(sessionId), "content-type": "application/json" },
      body: JSON.stringify({ name: "photo.png" }),
    });
    const answer = (await response.json()) as { ticket: string; url: string }; // checked where it is used
    check(response.ok, `a ticket was refused: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Its quarter of an hour has not passed, whatever the clock says; nor have the agent's session and its half hour. */
  async #used({ url, ticket }: { url: string; ticket: string }): Promise<void> {
    const sent = await fetch(new URL(url, this.#server.url), {
      method: "PUT",
      body: await readFile(join(this.#home, "photo.png")),
    });
    check(sent.ok, `the picture was refused: ${sent.status} ${await sent.text()}`);
    const { isError, content } = await this.#agent.callTool({
      name: "open_image",
      arguments: { uploadTicket: ticket },
    });
    check(!isError, `the ticket was refused: ${JSON.stringify(content)}`);
  }
}
