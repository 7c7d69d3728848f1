/** A headless Chromium over its own debugging protocol: enough to open a page, use the mouse and look at it. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Page {
  evaluate(expression: string): Promise<unknown>;
  drag(from: readonly [number, number], to: readonly [number, number]): Promise<void>;
  /** PNG bytes. */
  screenshot(): Promise<Buffer>;
}

const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0"];

/** Opens the file in a window of this size; closes the browser whatever happens. */
export async function inChromium<Result>(
  { binary, url, size }: { binary: string; url: string; size: readonly [number, number] },
  use: (page: Page) => Promise<Result>,
): Promise<Result> {
  const profile = await mkdtemp(join(tmpdir(), "dragflow-chromium-"));
  const flags = [...FLAGS, `--user-data-dir=${profile}`, `--window-size=${size.join(",")}`, url];
  const browser = spawn(binary, flags, { stdio: "ignore" });
  try {
    return await use(await connect(await pageAddress(profile)));
  } finally {
    browser.kill("SIGKILL");
    await new Promise((resolve) => browser.once("exit", resolve));
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Chromium writes its port into the profile once it listens. */
async function pageAddress(profile: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const text = await readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => "");
    const [port] = text.split("\n");
    const found = port ? await fetch(`http://127.0.0.1:${port}/json/list`).then((answer) => answer.json()) : [];
    // The browser's own list of its pages.
    const pages = found as { type: string; webSocketDebuggerUrl: string }[];
    const page = pages.find(({ type }) => type === "page");
    if (page) return page.webSocketDebuggerUrl;
    await sleep(100);
  }
  throw new Error("Expected Chromium to open a page within 10 s");
}

async function connect(address: string): Promise<Page> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  let next = 1;
  const send = (method: string, params: object = {}) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const id = next++;
      const onMessage = ({ data }: MessageEvent) => {
        const message = JSON.parse(String(data));
        if (message.id !== id) return;
        socket.removeEventListener("message", onMessage);
        resolve(message.result ?? {});
      };
      socket.addEventListener("message", onMessage);
      socket.send(JSON.stringify({ id, method, params }));
    });
  const mouse = (type: string, [x, y]: readonly [number, number], buttons: number) =>
    send("Input.dispatchMouseEvent", { type, x, y, buttons, button: "left", clickCount: 1 });
  return {
    async evaluate(expression) {
      const { result } = await send("Runtime.evaluate", { expression, returnByValue: true });
      return (result as { value?: unknown }).value; // of the protocol: a value, since one was asked for
    },
    async drag(from, to) {
      await mouse("mouseMoved", from, 0);
      await mouse("mousePressed", from, 1);
      await mouse("mouseMoved", to, 1);
      await mouse("mouseReleased", to, 0);
    },
    async screenshot() {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Buffer.from(String(data), "base64");
    },
  };
}
