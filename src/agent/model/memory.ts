/** What was found out about endpoints, kept in the data folder: which output forms each model there can do. */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Absent: not tried yet. */
export interface Abilities {
  /** Calls tools when they are offered. */
  readonly tools?: boolean | undefined;
  /** Follows a JSON schema. */
  readonly schema?: boolean | undefined;
}

const FILE = "endpoints.json";
const abilities = z.object({ tools: z.boolean().optional(), schema: z.boolean().optional() });
const fileSchema = z.object({ version: z.literal(1), endpoints: z.record(z.string(), abilities) });

/** Name of a model at an endpoint; credentials and queries in the URL are left out. */
export function endpointKey(baseURL: string, model: string): string {
  const { origin, pathname } = new URL(baseURL);
  return `${origin}${pathname.replace(/\/$/, "")} ${model}`;
}

/** Nothing is known where the file is missing or unreadable: it is only a memory. */
export function recalled(home: string | undefined, key: string): Abilities {
  if (home === undefined) return {};
  return everything(home)[key] ?? {};
}

/** At once, so that a process may end right after. A folder that cannot be written to costs a probe next time. */
export function remember(home: string | undefined, key: string, found: Abilities): void {
  if (home === undefined) return;
  const endpoints = { ...everything(home), [key]: found };
  const text = `${JSON.stringify({ version: 1, endpoints }, null, 2)}\n`;
  const part = join(home, `.${FILE}.${randomBytes(6).toString("hex")}.part`);
  try {
    writeFileSync(part, text, { mode: 0o600, flag: "wx" });
    renameSync(part, join(home, FILE));
  } catch {
    rmSync(part, { force: true }); // it is only a memory
  }
}

function everything(home: string): Readonly<Record<string, Abilities>> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(join(home, FILE), "utf8"))).endpoints;
  } catch {
    return {};
  }
}
