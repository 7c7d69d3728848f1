import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiClient, OPERATION, post, startApi } from "../../helpers/api.ts";
import { ORIGIN } from "../../helpers/served.ts";

let api: ApiClient;
beforeEach(async () => {
  api = await startApi({ limits: { uploadBytes: 5000, messageBytes: 4000 } });
});
afterEach(() => api.served.close());

describe("every route", () => {
  it.each(["/", "/healthz", "/metrics", "/api/docs", "/api/openapi.json", "/api/v1/about", "/api/v1/events"])(
    "%s answers to its own name only, and is no frame",
    async (path) => {
      const foreign = await api.served.request(path, { headers: { host: "evil.example" } });
      expect(foreign.status).toBe(403);
      const own = await api.served.request(path);
      expect(own.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(own.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(own.headers.get("x-content-type-options")).toBe("nosniff");
      expect(own.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      await own.body?.cancel();
    },
  );

  it.each([
    [{ origin: "http://localhost:3000" }, 403],
    [{ origin: "http://127.0.0.1:9999" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: ORIGIN, "sec-fetch-site": "same-origin" }, 201],
    [{}, 201],
  ])("begins a session for %j: %d", async (headers, status) => {
    expect((await post(api.served, "/sessions", {}, headers)).status).toBe(status);
  });

  it("takes no change on the cookie alone that does not say where it comes from", async () => {
    const begun = await post(api.served, "/sessions", {});
    const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
    const undo = (headers: Record<string, string>) =>
      api.served.request("/api/v1/history/undo", { method: "POST", headers: { cookie, ...headers } });
    expect((await undo({})).status).toBe(403);
    expect((await undo({ origin: ORIGIN })).status).toBe(409);
  });

  it("reads uploads up to a limit, and bodies up to a smaller one", async () => {
    const upload = await api.send("POST", "/images", new Uint8Array(5001));
    expect(upload.status).toBe(413);
    expect(await upload.json()).toMatchObject({ code: "body-too-large" });
    const long = await api.send("POST", "/chat", { request: "x".repeat(5000) });
    expect(long.status).toBe(413);
    const noPicture = await api.send("POST", "/images?name=../../x.png", new Uint8Array(50));
    expect(noPicture.status).toBe(422);
    expect(JSON.stringify(await noPicture.json())).not.toMatch(/\/tmp|sessions\//);
  });

  it("measures JSON before a schema looks at it: neither depth nor number ends the server", async () => {
    const open = await startApi();
    const nested = JSON.parse(`${'{"a":'.repeat(3000)}0${"}".repeat(3000)}`);
    for (const operations of [nested, Array.from({ length: 120_000 }, () => 1)]) {
      const answer = await open.send("POST", "/plan", { imageId: "img_1", operations });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: "arguments-invalid",
        detail: expect.stringMatching(/at most/),
      });
    }
    await open.served.close();
  });

  it("opens no file and no address that the operator did not open", async () => {
    for (const wish of [{ path: "/etc/hostname" }, { url: "http://127.0.0.1/x.png" }]) {
      expect((await api.send("POST", "/images/import", wish)).status).toBe(403);
    }
    const imageId = await api.upload();
    const operations = [{ ...OPERATION, region: { mask: "/etc/hostname" } }];
    expect((await api.send("POST", "/live", { imageId, operations })).status).toBe(403);
  });

  it("tells nobody how it failed inside", async () => {
    const imageId = await api.upload();
    api.served.engine.plan = async () => {
      throw new Error("secret at /home/somebody/key");
    };
    const failed = await api.send("POST", "/plan", { imageId, operations: [OPERATION] });
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toMatch(/secret|somebody|at .*ts/);
    expect(api.served.log.join("\n")).toContain("secret");
  });

  it("refuses what no route is: methods by name, bodies that cannot be read", async () => {
    const wrong = await api.send("PUT", "/images");
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST, GET, HEAD"]);
    expect((await api.send("GET", "/nothing")).status).toBe(404);
    const json = { "content-type": "application/json" };
    const broken = await api.served.request("/api/v1/sessions", { method: "POST", body: "{", headers: json });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: "arguments-invalid" });
  });

  it("is asked only so often where others can reach it", async () => {
    const open = await startApi({ host: "0.0.0.0", tokens: ["t".repeat(20)], limits: { requestsPerMinute: 3 } });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await open.served.request("/api/v1/about")).status);
    open.served.pass(60_000);
    statuses.push((await open.served.request("/api/v1/about")).status);
    expect(statuses).toEqual([200, 200, 429, 429, 200]);
    await open.served.close();
  });
});
