/** Getting a model, against a hub of our own that behaves and misbehaves as the real one does. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HubLicence } from "../../../src/engine/hub/client.ts";
import { type PullRequest, pullModel } from "../../../src/engine/hub/pull.ts";
import { findBundle } from "../../../src/engine/models/find-bundle.ts";
import { EditError } from "../../../src/errors.ts";
import { COMMIT, type HubServer, startHub } from "../../helpers/hub-server.ts";

const ID = "someone/tiny-flux";
const BIG = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) >> 3);
const text = (value: string) => Buffer.from(value);
const WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";
const FILES: Readonly<Record<string, Uint8Array>> = {
  "README.md": text("# Tiny"),
  "LICENSE.md": text("Do as you like."),
  "model_index.json": text("{}"),
  "transformer/config.json": text('{"a":1}'),
  [WEIGHTS]: BIG,
  "transformer/diffusion_pytorch_model.fp16.safetensors": BIG.subarray(1),
  "vae/config.json": text('{"b":2}'),
  "vae/diffusion_pytorch_model.safetensors": BIG.subarray(0, 100),
  "flux1-tiny.safetensors": BIG,
  "tokenizer/vocab.json": text("{}"),
  "images/sample.png": text("png"),
};
const WANTED = Object.keys(FILES).filter((name) => !/README|fp16|flux1|images/.test(name));

let hub: HubServer;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-hub-"));
  hub = await startHub({
    id: ID,
    card: { license: "other", license_name: "tiny", license_link: "LICENSE.md" },
    files: FILES,
  });
});
afterEach(async () => {
  await hub.close();
  await rm(home, { recursive: true, force: true });
});

const pull = (other: Partial<PullRequest> = {}) =>
  pullModel({
    id: ID,
    home,
    hubUrl: hub.url,
    accept: async () => true,
    signal: new AbortController().signal,
    retryMs: 1,
    ...other,
  });
const failure = (other: Partial<PullRequest> = {}): Promise<EditError> =>
  pull(other).then(
    () => {
      throw new TypeError("Expected a failure");
    },
    (error: unknown) => {
      if (error instanceof EditError) return error;
      throw error;
    },
  );
const dir = () => join(home, "models", "tiny-flux");
const all = async () => (await readdir(dir(), { recursive: true, withFileTypes: true })).filter((one) => one.isFile());

describe("a pull", () => {
  test("gets the files that are read, whole, and nothing else; the model is found by its name", async () => {
    const steps: number[] = [];
    const pulled = await pull({ onProgress: ({ done }) => steps.push(done) });
    expect([...pulled.files].sort()).toEqual([...WANTED].sort());
    expect(pulled).toMatchObject({ name: "tiny-flux", commit: COMMIT, fetched: pulled.bytes });
    for (const name of WANTED) expect(await readFile(join(dir(), name))).toEqual(Buffer.from(FILES[name] ?? []));
    expect((await all()).length).toBe(WANTED.length + 1); // and the record
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(pulled.bytes);
    expect(await findBundle("tiny-flux", "/", home)).toBe(dir());
  });

  test("again fetches nothing and asks nothing; a changed file is fetched anew", async () => {
    await pull();
    const asked: unknown[] = [];
    const accept = async (licence: HubLicence) => asked.push(licence) > 0;
    expect(await pull({ accept })).toMatchObject({ fetched: 0 });
    await writeFile(join(dir(), "vae/config.json"), "{}");
    expect(await pull({ accept })).toMatchObject({ fetched: 7 });
    expect(asked).toEqual([]);
  });

  test("under another name, with chosen files only", async () => {
    await pull({ name: "base/adapter", files: ["flux1-tiny.safetensors"] });
    expect(await readFile(join(home, "models/base/adapter/flux1-tiny.safetensors"))).toEqual(Buffer.from(BIG));
  });

  test("files that were put there by hand are compared, not fetched", async () => {
    await pull();
    await rm(join(dir(), ".dragflow-pull.json"));
    expect(await pull()).toMatchObject({ fetched: 0 });
  });
});

describe("the licence", () => {
  test("is shown with its link and the size before anything is fetched", async () => {
    const seen: unknown[] = [];
    const error = await failure({
      accept: async (licence, bytes) => {
        seen.push(licence, bytes);
        return false;
      },
    });
    const bytes = WANTED.reduce((sum, name) => sum + (FILES[name]?.length ?? 0), 0);
    expect(seen).toEqual([{ name: "tiny", link: `${hub.url}/${ID}/blob/main/LICENSE.md`, gated: false }, bytes]);
    expect(error).toMatchObject({ code: "licence-needed", hint: expect.stringContaining("--accept-licence") });
    expect(hub.fetched).toEqual([]);
    await expect(readdir(join(home, "models"))).rejects.toThrow();
  });
});

describe("a connection that breaks", () => {
  test("is taken up where it stopped", async () => {
    hub.faults.hangUp = { after: 20_000, times: 2 };
    const pulled = await pull({ files: [WEIGHTS] });
    expect(hub.fetched.map(({ range }) => range)).toEqual([undefined, "bytes=20000-", "bytes=40000-"]);
    expect(pulled.fetched).toBe(BIG.length);
    expect(await readFile(join(dir(), WEIGHTS))).toEqual(Buffer.from(BIG));
  });

  test("again and again ends the pull; the next one goes on", async () => {
    hub.faults.hangUp = { after: 2_000, times: 5 };
    expect(await failure({ files: [WEIGHTS] })).toMatchObject({ code: "fetch-failed" });
    hub.fetched.length = 0;
    await pull({ files: [WEIGHTS] });
    expect(hub.fetched).toMatchObject([{ range: "bytes=10000-" }]);
  });

  test("to a server without ranges starts anew", async () => {
    hub.faults.hangUp = { after: 20_000, times: 1 };
    hub.faults.ignoresRanges = true;
    await pull({ files: [WEIGHTS] });
    expect(hub.fetched.map(({ range }) => range)).toEqual([undefined, "bytes=20000-", undefined]);
    expect(await readFile(join(dir(), WEIGHTS))).toEqual(Buffer.from(BIG));
  });

  test("by the user leaves what is there", async () => {
    hub.faults.slow = 5;
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done > 5_000 && stop.abort();
    expect(await failure({ files: [WEIGHTS], signal: stop.signal, onProgress })).toMatchObject({ code: "cancelled" });
    hub.faults.slow = 0;
    await pull({ files: [WEIGHTS] });
    expect(Number(/\d+/.exec(hub.fetched.at(-1)?.range ?? "")?.[0])).toBeGreaterThan(5_000);
  });
});

test("a file that is not what the hub says is thrown away, and named", async () => {
  hub.faults.damaged = WEIGHTS;
  const error = await failure();
  expect(error).toMatchObject({
    code: "download-damaged",
    message: expect.stringMatching(`${WEIGHTS}: expected sha256 `),
  });
  expect((await all()).map(({ name }) => name).filter((name) => /safetensors/.test(name))).toEqual([]);
  await expect(findBundle("tiny-flux", "/", home)).rejects.toThrow(/Expected the name of a model/);
});

describe("a gated model", () => {
  test("without a token", async () => {
    hub.faults.token = "hf_good";
    expect(await failure()).toMatchObject({
      code: "access-refused",
      message: expect.stringContaining("(401)"),
      hint: expect.stringMatching(/ask for access at .*someone\/tiny-flux.*HF_TOKEN/),
    });
  });

  test("with a token that was not let in, which no message repeats", async () => {
    hub.faults.token = "hf_good";
    hub.faults.gatedOut = ["hf_other"];
    const error = await failure({ token: "hf_other" });
    expect(error).toMatchObject({ code: "access-refused", message: expect.stringContaining("(403)") });
    expect(`${error.message} ${error.hint}`).not.toContain("hf_other");
  });

  test("with the right one, which the store of another origin never sees", async () => {
    hub.faults.token = "hf_good";
    await pull({ token: "hf_good" });
    expect(hub.fetched.map(({ token }) => token)).toEqual(hub.fetched.map(() => undefined));
    expect(hub.fetched.length).toBeGreaterThan(0);
  });
});

describe("what cannot be", () => {
  test("no connection: the error says which files to put where", async () => {
    const error = await failure({ hubUrl: "http://127.0.0.1:9" });
    expect(error).toMatchObject({
      code: "fetch-failed",
      message: expect.stringMatching(/reach http:\/\/127\.0\.0\.1:9/),
    });
    expect(error.hint).toContain(`by hand into ${dir()}: model_index.json, `);
    expect(error.hint).toContain(", transformer/config.json, ");
    expect(error.hint).toContain("dragflow models check tiny-flux");
  });

  test("offline by choice: nothing is tried", async () => {
    expect(await failure({ offline: true })).toMatchObject({
      code: "fetch-failed",
      hint: expect.stringContaining(dir()),
    });
  });

  test.each([
    ["an id that is none", { id: "../etc" }, "usage", /as owner\/name, got "\.\.\/etc"/, /\bsuch as\b/],
    ["a name that leads out", { name: "../x" }, "usage", /Expected a name .* got "\.\.\/x"/, /--name/],
    [
      "a token that is none",
      { token: "secret" },
      "usage",
      /begins with "hf_", got something else/,
      /--token.*HF_TOKEN/,
    ],
    [
      "a model that is not there",
      { id: "someone/other" },
      "not-found",
      /Expected someone\/other on .* not there/,
      /spelling/,
    ],
    [
      "a revision that is not there",
      { revision: "v9" },
      "not-found",
      /tiny-flux at revision v9 .* not there/,
      /--revision/,
    ],
    [
      "a file that is not there",
      { files: ["x.safetensors"] },
      "not-found",
      /got x\.safetensors/,
      /It has .*\.safetensors/,
    ],
  ] as const)("%s: what was wanted, what is there, what to do", async (_, other, code, message, hint) => {
    const error = await failure(other);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(`${error.message} ${error.hint}`).not.toContain("secret");
  });

  test("a hub in trouble: its answer, and that pulling again goes on", async () => {
    const broken = createServer((_, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    const { port } = broken.address() as AddressInfo; // it listens on a port
    const error = await failure({ hubUrl: `http://127.0.0.1:${port}` });
    await new Promise((resolve) => broken.close(resolve));
    expect(error).toMatchObject({
      code: "fetch-failed",
      message: `Expected ${ID} from http://127.0.0.1:${port}, got the answer 503`,
      hint: expect.stringMatching(/^Pull again later: .* copy these files of .* by hand/),
    });
  });

  test("a path of the hub's that leads out of the folder", async () => {
    const bad = await startHub({ id: ID, files: { "../evil.safetensors": BIG } });
    const error = await failure({ hubUrl: bad.url });
    await bad.close();
    expect(error.message).toMatch(/file names below the repository.*evil/);
  });
});
