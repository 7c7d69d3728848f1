import { afterEach, describe, expect, it } from "vitest";
import { type ApiClient, apiClient, OPERATION, post, startApi } from "../../helpers/api.ts";
import { startServer } from "../../helpers/served.ts";

const [anna, ben] = ["anna-anna-anna-anna", "ben-ben-ben-ben-ben"];
let api: ApiClient | undefined;
afterEach(() => api?.served.close());

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

describe("a session of the API", () => {
  it("is the browser's by a cookie that scripts cannot read", async () => {
    api = await startApi();
    const { served } = api;
    const begun = await post(served, "/sessions", {});
    expect(begun.status).toBe(201);
    expect(begun.headers.get("set-cookie")).toMatch(/^dragflow_session=[^;]+; .*HttpOnly; SameSite=Strict$/);
    const { sessionId } = (await begun.json()) as { sessionId: string };
    const again = await served.request("/api/v1/session", { headers: { cookie: cookieOf(begun) } });
    expect(await again.json()).toMatchObject({ sessionId, current: null, pictures: 0 });
    const forged = `dragflow_session=${sessionId}.${"A".repeat(43)}`;
    expect((await served.request("/api/v1/session", { headers: { cookie: forged } })).status).toBe(401);
    expect((await served.request("/api/v1/session")).status).toBe(401);
  });

  it("keeps its pictures from other sessions and from other callers", async () => {
    const served = await startServer({ tokens: [anna, ben] });
    api = await apiClient(served, { authorization: `Bearer ${anna}` });
    const imageId = await api.upload();
    const other = await apiClient(served, { authorization: `Bearer ${ben}` });
    expect((await other.send("GET", `/images/${imageId}`)).status).toBe(404);
    const stolen = { "dragflow-session": api.sessionId, authorization: `Bearer ${ben}` };
    expect((await served.request("/api/v1/images", { headers: stolen })).status).toBe(404);
    expect((await served.request("/api/v1/images", { headers: { "dragflow-session": api.sessionId } })).status).toBe(
      401,
    );
  });

  it("stands by its cookie for the token it was begun with", async () => {
    const served = await startServer({ tokens: [anna] });
    api = await apiClient(served, { authorization: `Bearer ${anna}` });
    expect((await post(served, "/sessions", {})).status).toBe(401);
    const begun = await post(served, "/sessions", {}, { authorization: `Bearer ${anna}` });
    const cookie = cookieOf(begun);
    expect((await served.request("/api/v1/session", { headers: { cookie } })).status).toBe(200);
    expect((await served.request("/metrics", { headers: { cookie } })).status).toBe(401);
    expect((await served.request("/metrics", { headers: { authorization: `Bearer ${anna}` } })).status).toBe(200);
  });

  it("opens again from the disk with all that was made in it", async () => {
    api = await startApi({ limits: { idleMs: 60_000 } });
    const imageId = await api.upload();
    await api.ask("PATCH", `/history/nodes/${imageId}`, { name: "harbour", favourite: true });
    api.served.pass(60_000);
    await api.served.app.apiSessions.sweep();
    expect(api.served.app.apiSessions.size).toBe(0);
    const { nodes } = await api.ask("GET", "/history");
    expect(nodes).toMatchObject([{ id: imageId, name: "harbour", favourite: true }]);
  });

  it("travels as one file", async () => {
    api = await startApi();
    expect((await api.send("GET", "/session/file")).status).toBe(404);
    const imageId = await api.upload();
    const file = new Uint8Array(await (await api.send("GET", "/session/file")).arrayBuffer());
    const made = await api.ask("POST", "/sessions/import", file, { "content-type": "application/x-tar" });
    expect(made).toMatchObject({ pictures: 1, current: imageId });
    expect(made.sessionId).not.toBe(api.sessionId);
    const broken = await api.send("POST", "/sessions/import", new Uint8Array(700), {
      "content-type": "application/x-tar",
    });
    expect(await broken.json()).toMatchObject({ code: "session-invalid", status: 422 });
  });

  it("ends, with its files where that is wanted", async () => {
    api = await startApi();
    await api.upload();
    expect((await api.send("DELETE", "/session?forget=true")).status).toBe(204);
    expect((await api.send("GET", "/session")).status).toBe(404);
    expect(await api.served.folders()).toEqual([]);
  });

  it("does a request once that is sent twice under one key", async () => {
    api = await startApi();
    const imageId = await api.upload();
    const wish = { imageId, operations: [OPERATION], quality: "preview" };
    const key = { "idempotency-key": "key-1" };
    const [first, second] = await Promise.all([
      api.send("POST", "/edits", wish, key),
      api.send("POST", "/edits", wish, key),
    ]);
    expect(await second.json()).toEqual(await first.json());
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect((await api.ask("GET", "/jobs")).jobs).toHaveLength(1);
    const other = await api.send("POST", "/edits", { ...wish, seed: 7 }, key);
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: "idempotency-mismatch" });
    const refused = await api.send("POST", "/edits", { imageId: "img_0" }, { "idempotency-key": "key-2" });
    expect(refused.status).toBe(400);
    expect((await api.send("POST", "/edits", wish, { "idempotency-key": "key-2" })).status).toBe(202);
  });
});
