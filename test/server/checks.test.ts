import { afterEach, describe, expect, it } from "vitest";
import { answersTo, isLoopback } from "../../src/server/middleware/hosts.ts";
import { hello, MCP_HEADERS, type Served, startServer } from "../helpers/served.ts";

let served: Served;
afterEach(() => served?.close());

describe("names the server answers to", () => {
  const local = { bound: "127.0.0.1", names: ["photos.example"] };
  const wide = { bound: "0.0.0.0", names: [] };

  it.each([
    [local, "127.0.0.1:7860", true],
    [local, "localhost", true],
    [local, "LOCALHOST:80", true],
    [local, "[::1]:7860", true],
    [local, "photos.example", true],
    [local, "evil.example", false],
    [local, "127.0.0.1.evil.example", false],
    [local, "localhost.", false],
    [local, "localhost@evil.example", false],
    [local, "192.168.1.5:7860", false],
    [local, "", false],
    [wide, "192.168.1.5:7860", true],
    [wide, "[fe80::1]:7860", true],
    [wide, "evil.example", false],
    [wide, "192.168.1.5.evil.example", false],
  ])("%j %s: %s", (rule, authority, answer) => {
    expect(answersTo(rule, authority)).toBe(answer);
  });

  it.each([
    ["localhost", true],
    ["127.0.0.1", true],
    ["127.1.2.3", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["0.0.0.0", false],
    ["::", false],
    ["192.168.1.5", false],
    ["example.org", false],
  ])("%s is this machine only: %s", (host, answer) => {
    expect(isLoopback(host)).toBe(answer);
  });
});

describe("every request", () => {
  it.each([
    [{ host: "evil.example" }],
    [{ origin: "http://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://localhost.evil.example" }],
    [{ origin: "file://localhost" }],
  ])("with %j is refused", async (headers) => {
    served = await startServer();
    for (const path of ["/mcp", "/mcp/uploads", "/healthz", "/elsewhere"]) {
      const response = await served.request(path, { headers: headers as Record<string, string> });
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ code: "host-refused", status: 403 });
    }
  });

  it("of a page of this machine is taken", async () => {
    served = await startServer();
    const response = await served.request("/healthz", { headers: { origin: "http://localhost:6274" } });
    expect(await response.json()).toEqual({ status: "ok" });
  });

  it("without a good token is refused where there are tokens, but for the health check", async () => {
    const [anna, ben] = ["anna-anna-anna-anna", "ben-ben-ben-ben-ben"];
    served = await startServer({ tokens: [anna, ben] });
    for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${anna}`, `Bearer ${anna}x`]) {
      const response = await served.request("/mcp", {
        method: "POST",
        body: hello(),
        headers: { ...MCP_HEADERS, authorization },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="dragflow"');
      expect(await response.json()).toMatchObject({ code: "token-needed" });
    }
    expect((await served.request("/healthz")).status).toBe(200);
    for (const token of [anna, ben]) expect((await served.connect(token)).sessionId).toMatch(/^[\w-]{43}$/);
  });

  it("of more bytes than a message may have is refused", async () => {
    served = await startServer({ limits: { messageBytes: 1000 } });
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", params: { _meta: { x: "x".repeat(2000) } } });
    const response = await served.request("/mcp", { method: "POST", body, headers: MCP_HEADERS });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: "body-too-large",
      hint: expect.stringContaining("upload ticket"),
    });
  });

  it("for an address that is none gets a problem document and the common headers", async () => {
    served = await startServer();
    const response = await served.request("/elsewhere");
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      type: "urn:dragflow:problem:not-found",
      title: "not found",
      status: 404,
      code: "not-found",
      detail: "Expected a known address, got GET /elsewhere",
    });
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});
