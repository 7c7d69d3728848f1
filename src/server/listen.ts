/** The app on a port of this machine. */
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { EditError } from "../errors.ts";
import type { ServerApp } from "./app.ts";
import { isLoopback } from "./middleware/hosts.ts";

export interface Listening {
  /** E.g. http://127.0.0.1:7860 */
  readonly url: string;
  /** Takes no new connections, ends the sessions, and waits for open answers for at most `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

export interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Throws `token-needed` where anyone on the network could reach a server without a token. */
export function checkExposure(host: string, tokens: readonly string[]): void {
  if (isLoopback(host) || tokens.length > 0) return;
  throw new EditError("token-needed", `Expected a token to listen on ${host}, beyond this machine, got none`, {
    hint: "Set DRAGFLOW_TOKEN or --token to a long random text, or listen on 127.0.0.1",
  });
}

/** Throws `address-unavailable`. */
export async function listen(app: ServerApp, { host, port }: Address): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(unavailable(host, port, cause)));
    server.listen(port, host, resolve);
  });
  // A TCP server that listens has an address of this form.
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}`,
    async close(graceMs = 3000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await app.drain();
      await app.close();
      const timer = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), graceMs);
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}

function unavailable(host: string, port: number, cause: NodeJS.ErrnoException): EditError {
  const hint =
    cause.code === "EADDRINUSE" ? "Another program listens there: name another --port" : "Name another --host";
  return new EditError(
    "address-unavailable",
    `Expected to listen on ${host}:${port}, got ${cause.code ?? cause.message}`,
    {
      hint,
      cause,
    },
  );
}
