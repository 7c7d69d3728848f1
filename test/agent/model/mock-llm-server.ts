/** The scripted endpoint that someone else wrote (@dwmkerr/mock-llm), as a process of its own on loopback. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../interop/node_modules/@dwmkerr/mock-llm/dist/main.js", import.meta.url));

export const isInstalled = existsSync(BIN);

const STREAMING = { chunkSize: 40, chunkIntervalMs: 2 };

/** The n-th chat request gets this; `match` is JMESPath on the request. */
export interface Rule {
  readonly path: string;
  readonly match?: string;
  readonly sequence?: number;
  readonly response: { readonly status: number; readonly content: string };
}

export interface MockLlm {
  readonly baseURL: string;
  readonly host: string;
  /** Replaces what is scripted; counting begins anew. */
  script(rules: readonly Rule[]): Promise<void>;
  close(): void;
}

export async function startMockLlm(): Promise<MockLlm> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const env = { ...process.env, HOST: "127.0.0.1", PORT: String(port) };
  const child = spawn(process.execPath, [BIN], { env, stdio: "ignore" });
  await answering(`http://${host}/health`, child);
  return {
    baseURL: `http://${host}/v1`,
    host,
    async script(rules) {
      await fetch(`http://${host}/config`, { method: "DELETE" });
      const headers = { "content-type": "application/json" };
      await fetch(`http://${host}/config`, {
        method: "POST",
        headers,
        body: JSON.stringify({ streaming: STREAMING, rules }),
      });
    },
    close: () => void child.kill(),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      // A listening TCP server has an AddressInfo; a string is for pipes.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Expected mock-llm to answer at ${url}`);
}

/** Its templates would read {{ }} in what is scripted: JSON is written without two braces in a row. */
export function templateSafe(text: string): string {
  return text.replaceAll("{{", "{ {").replaceAll("}}", "} }");
}
