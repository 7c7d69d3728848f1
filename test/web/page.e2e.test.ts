/** The page in a real browser, before a real server with the embedded model: one of both for all that follows. */
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type Bench, findChromium, startPage } from "./browser.ts";
import { access } from "./e2e/access.ts";
import { conversation } from "./e2e/conversation.ts";
import { history } from "./e2e/history.ts";
import { journey } from "./e2e/journey.ts";
import { outage } from "./e2e/outage.ts";
import { regions } from "./e2e/regions.ts";
import { results } from "./e2e/results.ts";
import { touch } from "./e2e/touch.ts";

const chromium = findChromium();
// In CI a missing browser is a failure: there the test runs, and says so.
const skipped = chromium === undefined && !process.env.CI;
if (skipped) console.warn("page.e2e: skipped, there is no Chromium on the PATH");

describe.skipIf(skipped)("the page", { timeout: 600_000 }, () => {
  let bench: Bench;
  beforeAll(async () => {
    if (chromium === undefined) throw new Error("Expected Chromium on the PATH, found none: apt-get install chromium");
    bench = await startPage(chromium);
  }, 120_000);
  afterEach(() => bench.clear());
  afterAll(() => bench?.close());

  const parts = [journey, regions, results, history, conversation, touch, access];
  for (const part of parts) part(() => bench);
  // Last: it takes the server away.
  outage(() => bench);
});
