/** kill -9 of `dragflow serve` while a client edits, looks and goes through the history: what the client was told is
 * there afterwards, everything else is whole or gone, and done again it comes to the same picture. */
import { setTimeout as sleep } from "node:timers/promises";
import { mulberry } from "../../helpers/mulberry.ts";
import { ApiClient } from "../client.ts";
import { type Expected, VARIANTS, wishOf } from "../edits.ts";
import { check, oneOf } from "../part.ts";
import { descendants, type Serving, serve, survivors } from "../program.ts";
import { openWhole } from "../whole.ts";

/** From the first edit's request to the last one's end on a quiet machine. */
const WINDOW_MS = 2500;
/** A process that is in the middle of a step when its parent dies ends behind that step. */
const ORPHAN_MS = 20_000;

export interface ServerBench {
  readonly home: string;
  readonly program: readonly string[];
  readonly expected: Expected;
  readonly sessionId: string;
  readonly imageId: string;
  /** Edits that a killed server had taken on and not made. */
  readonly lost: number[];
}

export interface ServerKill {
  /** Jobs that were cut off, and finished ones that the client had not been told of. */
  readonly interrupted: number;
  readonly untold: number;
  /** Edits asked for again. */
  readonly again: number;
}

interface Told {
  /** jobId → variant */
  readonly begun: Map<string, number>;
  /** jobId → editId */
  readonly done: Map<string, string>;
}

export async function killServer(bench: ServerBench, seed: number): Promise<ServerKill> {
  const random = mulberry(seed);
  const { home, program, sessionId } = bench;
  const told: Told = { begun: new Map(), done: new Map() };
  const server = await serve(program, home);
  const client = new ApiClient(server.url, sessionId);
  const again = bench.lost.splice(0);
  const dying = killSoon(server, random() * WINDOW_MS);
  const wanted = [...again, ...Array.from({ length: 3 }, () => oneOf(VARIANTS, random))];
  await Promise.allSettled([edits(client, bench, wanted, told), wander(client, bench, random)]);
  const { signal, children } = await dying;
  check(signal === "SIGKILL", `the server ended by ${signal ?? "itself"}: ${server.said()}`);
  const orphans = await survivors(children, ORPHAN_MS);
  check(orphans.length === 0, `engine processes ${orphans.join(", ")} outlived the server`);
  const counts = await lookOver(bench, told);
  return { ...counts, again: again.length };
}

async function edits(client: ApiClient, { imageId }: ServerBench, variants: readonly number[], told: Told) {
  for (const variant of variants) {
    const { jobId } = await client.post<{ jobId: string }>("/edits", { imageId, ...wishOf(variant) });
    told.begun.set(jobId, variant);
  }
  await Promise.all(
    [...told.begun.keys()].map(async (jobId) => {
      const { status, editId, error } = await client.ended(jobId);
      if (editId !== undefined) told.done.set(jobId, editId);
      // The server closes its sessions no more, so nothing else may end a job.
      else check(error?.code === "engine-crashed", `${jobId} ended as ${status}: ${JSON.stringify(error)}`);
    }),
  );
}

/** What people do meanwhile; ends when the server does. */
async function wander(client: ApiClient, { imageId }: ServerBench, random: () => number): Promise<void> {
  const steps = [
    () => client.send("POST", "/history/undo"),
    () => client.send("POST", "/history/redo"),
    () => client.send("POST", "/history/checkout", { to: imageId }),
    () => client.send("POST", "/regions", { imageId, box: [4, 4, 20, 20] }),
    () => client.send("POST", "/exports", { id: imageId, format: "png" }),
    () => client.send("POST", "/history/prune", {}),
    () => client.send("PATCH", `/history/nodes/${imageId}`, { favourite: random() < 0.5 }),
  ];
  for (;;) {
    const response = await oneOf(steps, random)();
    check(response.status < 500, `${response.url}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
    await sleep(random() * 100);
  }
}

async function killSoon(server: Serving, ms: number) {
  await sleep(ms);
  const children = await descendants(server.pid);
  server.child.kill("SIGKILL");
  const { signal } = await server.ended;
  return { signal, children };
}

async function lookOver(bench: ServerBench, { begun, done }: Told): Promise<Omit<ServerKill, "again">> {
  const workspace = await openWhole(bench.home, bench.sessionId, bench.expected);
  try {
    let [interrupted, untold] = [0, 0];
    for (const [jobId, variant] of begun) {
      const { status, editId, error } = workspace.jobs.view(jobId);
      const known = done.get(jobId);
      if (known !== undefined) {
        check(editId === known, `${jobId} was told as done with ${known}, and is now ${status} with ${editId}`);
        workspace.jobs.view(jobId);
      } else if (editId !== undefined) untold++;
      else {
        check(error?.code === "interrupted", `${jobId} was cut off, and is now ${status} ${JSON.stringify(error)}`);
        interrupted++;
        bench.lost.push(variant);
      }
    }
    return { interrupted, untold };
  } finally {
    await workspace.close();
  }
}
