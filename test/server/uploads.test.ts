import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HttpClient, ORIGIN, type Served, startServer } from "../helpers/served.ts";

let served: Served;
let caller: HttpClient;

beforeEach(async () => {
  served = await startServer({ limits: { uploadBytes: 10_000, ticketMs: 60_000 } });
  caller = await served.connect();
});
afterEach(() => served.close());

async function ticket(body: string | null = '{"name":"photo.png"}', sessionId = caller.sessionId): Promise<Response> {
  return served.request("/mcp/uploads", { method: "POST", headers: { "mcp-session-id": sessionId }, body });
}

async function issued(): Promise<{ ticket: string; url: string }> {
  const response = await ticket();
  expect(response.status).toBe(201);
  return (await response.json()) as { ticket: string; url: string };
}

const put = (url: string, body: Uint8Array<ArrayBuffer> = new Uint8Array(served.photo)) =>
  served.request(url, { method: "PUT", body });

describe("upload tickets", () => {
  it("bring a picture in beside the protocol, once", async () => {
    const { ticket: uploadTicket, url } = await issued();
    expect(uploadTicket).toMatch(/^[\w-]{32}$/);
    const sent = await put(url);
    expect(sent.status).toBe(201);
    expect(await sent.json()).toEqual({ ticket: uploadTicket, bytes: served.photo.length });
    const opened = await caller.call("open_image", { uploadTicket });
    expect(opened.structuredContent).toMatchObject({ width: 48, height: 32, format: "png" });
    expect(JSON.stringify(opened.content)).toContain("photo.png");
    expect(await caller.call("open_image", { uploadTicket })).toMatchObject({ isError: true });
    expect((await put(url)).status).toBe(404);
  });

  it("take bytes once, and only before they are used", async () => {
    const { ticket: uploadTicket, url } = await issued();
    const early = await caller.call("open_image", { uploadTicket });
    expect(JSON.stringify(early)).toContain("PUT the bytes");
    expect((await put(url)).status).toBe(201);
    expect((await put(url)).status).toBe(404);
    expect(await caller.ask("open_image", { uploadTicket })).toMatchObject({ width: 48 });
  });

  it("refuse more bytes than allowed, and may be tried again then", async () => {
    const { ticket: uploadTicket, url } = await issued();
    const refused = await put(url, new Uint8Array(10_001));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ code: "body-too-large" });
    expect((await put(url)).status).toBe(201);
    expect(await caller.ask("open_image", { uploadTicket })).toMatchObject({ width: 48 });
  });

  it("expire", async () => {
    const [unsent, sent] = [await issued(), await issued()];
    expect((await put(sent.url)).status).toBe(201);
    served.pass(60_000);
    expect((await put(unsent.url)).status).toBe(404);
    expect(await caller.call("open_image", { uploadTicket: sent.ticket })).toMatchObject({ isError: true });
  });

  it("are good for the session they were issued to", async () => {
    const other = await served.connect();
    const { ticket: uploadTicket, url } = await issued();
    expect((await put(url)).status).toBe(201);
    expect(await other.call("open_image", { uploadTicket })).toMatchObject({ isError: true });
    expect(await caller.ask("open_image", { uploadTicket })).toMatchObject({ width: 48 });
    expect((await ticket(null, "never-issued")).status).toBe(404);
  });

  it("are good for the caller they were issued to", async () => {
    const [anna, ben] = ["anna-anna-anna-anna", "ben-ben-ben-ben-ben"];
    const guarded = await startServer({ tokens: [anna, ben] });
    const { sessionId } = await guarded.connect(anna);
    const as = (token: string) => ({ authorization: `Bearer ${token}`, "mcp-session-id": sessionId });
    expect((await guarded.request("/mcp/uploads", { method: "POST", headers: as(ben) })).status).toBe(404);
    const response = await guarded.request("/mcp/uploads", { method: "POST", headers: as(anna) });
    const { url } = (await response.json()) as { url: string };
    const body = new Uint8Array(guarded.photo);
    expect((await guarded.request(url, { method: "PUT", body })).status).toBe(401);
    expect((await guarded.request(url, { method: "PUT", body, headers: as(ben) })).status).toBe(404);
    expect((await guarded.request(url, { method: "PUT", body, headers: as(anna) })).status).toBe(201);
    await guarded.close();
  });

  it("are few", async () => {
    for (let i = 0; i < 16; i++) expect((await ticket(null)).status).toBe(201);
    const refused = await ticket();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: "too-many" });
  });

  it.each(['{"name":""}', '{"path":"/etc/passwd"}', "no JSON", "[]"])("are not issued for %s", async (body) => {
    const response = await ticket(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "arguments-invalid" });
  });

  it("are not issued for more than a name", async () => {
    const response = await ticket(JSON.stringify({ name: "x".repeat(5000) }));
    expect(response.status).toBe(413);
  });

  it("put no part of the caller's name on the disk", async () => {
    for (const name of ["../../evil.png", "a/b/c.png", ".png", "photo.p\u0000ng", "photo.verylongending"]) {
      const { ticket: uploadTicket, url } = (await (await ticket(JSON.stringify({ name }))).json()) as {
        ticket: string;
        url: string;
      };
      expect((await put(url)).status).toBe(201);
      expect(await caller.ask("open_image", { uploadTicket })).toMatchObject({ width: 48 });
    }
  });
});

describe("exports", () => {
  it("come back as a link that anyone who has it may follow, for a while", async () => {
    const { imageId } = await caller.ask("open_image", { dataUri: served.dataUri });
    const exported = await caller.call("export_image", { id: imageId, path: "my photo.png" });
    const { downloadUrl, path } = exported.structuredContent as { downloadUrl: string; path: string };
    expect(path).toBe("my photo.png");
    expect(downloadUrl.startsWith(`${ORIGIN}/mcp/downloads/`)).toBe(true);
    expect(exported.content).toContainEqual(expect.objectContaining({ type: "resource_link", uri: downloadUrl }));
    const fetched = await served.request(new URL(downloadUrl).pathname);
    expect(fetched.headers.get("content-type")).toBe("image/png");
    expect(fetched.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''my%20photo.png");
    expect((await fetched.arrayBuffer()).byteLength).toBe(Number(fetched.headers.get("content-length")));
    served.pass(60_000);
    expect((await served.request(new URL(downloadUrl).pathname)).status).toBe(404);
    expect((await served.request("/mcp/downloads/guessed/photo.png")).status).toBe(404);
  });
});
