/** The chat as a person has it: at a terminal, with the real engine behind it. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunk, type Server, startServer } from "../agent/model/scripted-server.ts";
import { photo } from "../helpers/mcp.ts";
import { atTerminal, type TypedStep, whyNoTerminal } from "../helpers/terminal.ts";

const missing = whyNoTerminal();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const ASK = "how the picture should change";
const LONG = { timeout: 120_000 };
let cwd: string;
let home: string;

beforeAll(async () => {
  // Inside the package, so that the engine's own process finds tsx as well.
  const out = fileURLToPath(new URL("../../out", import.meta.url));
  await mkdir(out, { recursive: true });
  cwd = await mkdtemp(join(out, "terminal-"));
  home = await mkdtemp(join(tmpdir(), "dragflow-terminal-home-"));
  await photo(join(cwd, "photo.png"));
});
afterAll(async () => {
  for (const dir of [cwd, home]) await rm(dir, { recursive: true, force: true });
});

function chat(steps: readonly TypedStep[], argv: readonly string[] = [], env: Record<string, string> = {}) {
  const region = ["--region", "box:4,4,20,20"];
  return atTerminal(["chat", "photo.png", ...region, ...argv], steps, { cwd, env: { DRAGFLOW_HOME: home, ...env } });
}

const LOCAL = ["--planner", "local", "--quality", "preview"];
/** Typed at the prompt that comes after these words. */
const then = (words: string, send: string): TypedStep => ({ wait: `${words}[\\s\\S]*?${ASK}`, send });

describe.skipIf(missing !== undefined)("at a terminal", () => {
  it("turns, pasted lines and commands are answered, and the prompt comes back", LONG, async () => {
    const { text, raw, code, left } = await chat(
      [
        { wait: ASK, send: "move it 10 px right\r" },
        then("done", "\u001b[200~move it\n4 px down\u001b[201~\r"),
        then("done", "/history\r"),
        then("\\* +edit_", "/cost\r"),
        then("No model was asked", "erase it\r"),
        then("error not-understood", "/quit\r"),
      ],
      [...LOCAL, "--out", "o.png", "--force"],
    );
    expect({ code, left }).toEqual({ code: 0, left: 0 });
    expect(text).toContain("move 10 px right and 4 px down");
    expect(text).toContain("only what a move uncovers is filled");
    expect(text).toMatch(/Wrote .*o\.png/);
    expect(raw).toContain("\u001b[?2004l"); // the terminal is left as it was found
    expect(raw).toContain("▄"); // a preview in coloured blocks
  });

  it("without colour nothing is coloured and no picture drawn", LONG, async () => {
    const { text, raw, code } = await chat(
      [{ wait: ASK, send: "move it 10 px right\r" }, then("done", "/quit\r")],
      LOCAL,
      { NO_COLOR: "1" },
    );
    expect(code).toBe(0);
    expect(text).toContain("done");
    expect(raw).not.toContain("▄");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are spoken to in them
    expect(raw).not.toMatch(/\u001b\[3[1-7]m/);
  });

  it("--plain asks in lines, and redraws nothing", LONG, async () => {
    const plain = [
      { wait: "Say how", send: "move it 10 px right\n" },
      { wait: "done[\\s\\S]*Say how", send: "/quit\n" },
    ];
    const { raw, code } = await chat(plain, [...LOCAL, "--plain"]);
    expect(code).toBe(0);
    expect(raw).not.toContain("\u001b");
  });

  it("Ctrl-C stops the edit that runs and the conversation goes on; twice at the prompt leaves", LONG, async () => {
    const { text, code, left } = await chat(
      [
        { wait: ASK, send: "move it 10 px right\r" },
        { wait: "drag  ", send: "\u0003", pause: 0 },
        { wait: ASK, send: "\u0003" },
        { wait: "Ctrl-C again leaves", send: "\u0003", pause: 1 },
      ],
      ["--planner", "local", "--quality", "full"],
    );
    expect({ code, left }).toEqual({ code: 0, left: 0 });
    expect(text).toContain("error cancelled: The turn was cancelled");
    expect(text).toContain("Nothing was edited.");
    expect(text).not.toContain("sample  ");
  });
});

describe.skipIf(missing !== undefined)("a model's words", () => {
  let server: Server;
  afterAll(() => server.close());

  it("are seen as they come", LONG, async () => {
    const words = ["I can ", "see no ", "sign here."];
    const stream = { chunks: [...words.map((content) => chunk({ content })), chunk({}, "stop")], end: "done" as const };
    server = await startServer(stream);
    const argv = ["--planner", "model", "--llm", "scripted", "--base-url", server.baseURL];
    const steps = [{ wait: ASK, send: "move the sign\r" }, then("sign here", "/quit\r")];
    const { text, code, left } = await chat(steps, argv, { OPENAI_API_KEY: "sk-test" });
    expect({ code, left }).toEqual({ code: 0, left: 0 });
    expect(server.asked.some(({ body }) => body.stream === true)).toBe(true);
    expect(text).toContain("I can see no sign here.");
    expect(text).toMatch(/sent +a picture of \d+ bytes .* to 127\.0\.0\.1:\d+/);
    expect(text).not.toContain("sk-test");
  });
});
