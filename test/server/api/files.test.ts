import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiClient, OPERATION, startApi } from "../../helpers/api.ts";

let api: ApiClient;
let imageId: string;
beforeEach(async () => {
  api = await startApi();
  imageId = await api.upload();
});
afterEach(() => api.served.close());

const part = (range: string, more: Record<string, string> = {}) =>
  api.send("GET", `/images/${imageId}/file`, undefined, { range, ...more });

describe("files over HTTP", () => {
  it("come whole, byte for byte, and not again while they are the same", async () => {
    const whole = await api.send("GET", `/images/${imageId}/file`);
    expect(whole.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await whole.arrayBuffer()).equals(api.served.photo)).toBe(true);
    const etag = whole.headers.get("etag") ?? "";
    const again = await api.send("GET", `/images/${imageId}/file`, undefined, { "if-none-match": `"x", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const small = await api.send("GET", `/pictures/${imageId}/preview?width=20`);
    const known = { "if-none-match": small.headers.get("etag") ?? "" };
    expect((await api.send("GET", `/pictures/${imageId}/preview?width=20`, undefined, known)).status).toBe(304);
    expect((await api.send("GET", `/pictures/${imageId}/preview?width=21`, undefined, known)).status).toBe(200);
  });

  it.each([
    ["bytes=0-3", 206, [0, 4]],
    ["bytes=10-", 206, [10, undefined]],
    ["bytes=-5", 206, [-5, undefined]],
    ["bytes=0-999999", 206, [0, undefined]],
    ["bytes=999999-", 416, [0, 0]],
    ["bytes=-0", 416, [0, 0]],
    ["bytes=5-2", 200, [0, undefined]],
    ["bytes=0-1,4-5", 200, [0, undefined]],
    ["lines=0-3", 200, [0, undefined]],
  ] as const)("%s: %d", async (range, status, [from, to]) => {
    const answer = await part(range);
    expect(answer.status).toBe(status);
    const expected = api.served.photo.subarray(from, to);
    expect(Buffer.from(await answer.arrayBuffer()).equals(expected)).toBe(true);
  });

  it("come whole where the part is of another version", async () => {
    const etag = (await part("bytes=0-3")).headers.get("etag") ?? "";
    expect((await part("bytes=0-3", { "if-range": etag })).status).toBe(206);
    expect((await part("bytes=0-3", { "if-range": '"other"' })).status).toBe(200);
  });

  it("are masks of regions too, which are adjusted into new ones", async () => {
    const region = await api.ask("POST", "/regions", { imageId, box: [4, 4, 20, 20], refine: false, label: "boat" });
    expect(region).toMatchObject({ imageId, label: "boat", box: [4, 4, 20, 20], hint: { type: "box" } });
    const grown = await api.ask("POST", `/regions/${region.regionId}/adjust`, { grow: 2 });
    expect(grown.label).toBe("boat");
    expect(grown.regionId).not.toBe(region.regionId);
    const { regions } = await api.ask("GET", `/regions?imageId=${imageId}`);
    expect(regions).toHaveLength(2);
    const mask = await api.send("GET", region.maskUrl.replace("/api/v1", ""));
    expect(mask.headers.get("content-type")).toBe("image/png");
    await mask.body?.cancel();
  });
});

describe("history over HTTP", () => {
  const edit = async (from: string) => {
    const { jobId } = await api.ask("POST", "/edits", { imageId: from, operations: [OPERATION], quality: "preview" });
    return (await api.ask("GET", `/jobs/${jobId}?wait=20`)).editId as string;
  };

  it("goes back and forth, branches, and lets go of what is deleted", async () => {
    const first = await edit(imageId);
    const second = await edit(first);
    expect(await api.ask("POST", "/history/undo")).toMatchObject({ current: first, canUndo: true, canRedo: true });
    expect(await api.ask("POST", "/history/redo")).toMatchObject({ current: second, canRedo: false });
    expect(await api.ask("POST", "/history/checkout", { to: imageId })).toMatchObject({ current: imageId });
    await api.ask("POST", "/history/branches", { name: "other", at: first });
    await api.ask("PATCH", "/history/branches/other", { name: "else" });
    const third = await edit(first);
    const before = await api.ask("GET", "/history");
    expect(before.branches).toEqual([
      { name: "main", end: second },
      { name: "else", end: third },
    ]);
    const after = await api.ask("DELETE", `/history/nodes/${second}`);
    expect(after.nodes.map(({ id }: { id: string }) => id)).toEqual([imageId, first, third]);
    expect(after.branches).toEqual([{ name: "else", end: third }]);
    const rest = await api.ask("DELETE", `/history/nodes/${first}`);
    expect(rest).toMatchObject({ current: imageId, branch: "else", branches: [{ name: "else", end: imageId }] });
    expect((await api.send("DELETE", `/history/nodes/${imageId}`)).status).toBe(400);
    expect((await api.send("GET", `/edits/${first}`)).status).toBe(404);
    expect(await api.ask("POST", "/history/prune", {})).toMatchObject({ removed: [] });
  });

  it("is the same after the session was opened anew", async () => {
    const first = await edit(imageId);
    await edit(first);
    const after = await api.ask("DELETE", `/history/nodes/${first}`);
    await api.served.app.apiSessions.sweep(0);
    expect(await api.ask("GET", "/history")).toEqual(after);
  });
});
