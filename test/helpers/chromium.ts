/** Where a Chromium lies on this machine, for tests that look at pages; they are left out where there is none. */
import { access } from "node:fs/promises";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function findChromium(): Promise<string | undefined> {
  for (const path of [process.env.CHROMIUM ?? "", ...PLACES]) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (path !== "" && isThere) return path;
  }
  return undefined;
}
