/** A long conversation: what a model is told of it and what is remembered stay bounded, old pictures are not sent again. */
import { afterEach, expect, it } from "vitest";
import { Conversation } from "../../src/agent/conversation.ts";
import { createModelPlanner } from "../../src/agent/model/planner.ts";
import { calling, imagesOf, saying } from "./model/scripted-server.ts";
import { closeServers, KEY, OPERATIONS, serve } from "./model/turns.ts";
import { job, PIXEL, said, scriptedPort } from "./scripted-port.ts";

afterEach(closeServers);

const TURNS = 100;

it("of a hundred turns", { timeout: 120_000 }, async () => {
  const edit = calling({ name: "start_edit", args: { imageId: "image-1", operations: OPERATIONS } });
  const server = await serve({
    when: ({ messages, tools }) => {
      const probe = tools?.[0]?.function.name === "report_ready";
      if (probe) return calling({ name: "report_ready", args: { word: "ready" } });
      return messages.some(({ role }) => role === "tool") ? saying("Done.") : edit;
    },
  });
  let made = 0;
  const port = scriptedPort({
    look: () => said({ width: 800, height: 600, shownWidth: 800, shownHeight: 600 }, "looked", PIXEL),
    start_edit: () => job(`edit-${++made}`),
  });
  const planner = createModelPlanner({ model: "scripted", apiKey: KEY, baseURL: server.baseURL });
  const chat = new Conversation({ imageId: "image-1", port, planner });
  for (let turn = 1; turn <= TURNS; turn++) {
    expect(await chat.say(`move the sign to the left, time ${turn}`)).toMatchObject({ ok: true });
  }
  const size = (at: number) => JSON.stringify(server.asked[at]?.body).length;
  const last = server.asked.length - 1;
  const twentieth = Math.floor((last * 20) / TURNS);
  expect(size(last)).toBeLessThan(1.1 * size(twentieth));
  expect(imagesOf(server.asked[last]?.body.messages).length).toBeLessThanOrEqual(4);
  expect(chat.memory.made.length).toBeLessThanOrEqual(TURNS);
  expect(chat.current).toBe(`edit-${TURNS}`);
});
