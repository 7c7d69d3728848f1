import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliBench, type CliResult, startBench } from "../helpers/cli.ts";

let bench: CliBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

describe("dragflow serve", () => {
  it("says where it listens, answers there, and ends when told", async () => {
    const abort = new AbortController();
    let running: Promise<CliResult> | undefined;
    const url = await new Promise<string>((resolve) => {
      const heard = (text: string) => {
        const found = /serving MCP on (http:\/\/127\.0\.0\.1:\d+)\/mcp/.exec(text)?.[1];
        if (found) resolve(found);
      };
      running = bench.run(["serve", "--port", "0"], { signal: abort.signal, heard });
    });
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
    abort.abort();
    expect(await running).toMatchObject({ code: 0, stdout: "" });
    expect(bench.engine.closed).toBe(true);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it.each([
    [["--host", "0.0.0.0"], /token-needed: .*0\.0\.0\.0/],
    [["--host", "::"], /token-needed/],
    [["--token", "short"], /usage: .*16 characters, got one of 5/],
    [["--port", "70000"], /0 to 65535/],
  ])("%j is refused before anything starts", async (flags, words) => {
    const { code, stderr } = await bench.run(["serve", ...flags]);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(bench.started).toBe(0);
  });

  it("tells that the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, stderr } = await bench.run(["serve", "--port", port]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/address-unavailable: .*EADDRINUSE[\s\S]*--port/);
    expect(bench.engine.closed).toBe(true);
    other.close();
  });
});
