import { describe, expect, it } from "vitest";
import { Conversation } from "../../src/agent/conversation.ts";
import { createLocalPlanner } from "../../src/agent/local/planner.ts";
import { inTurn, job, type ScriptedPort, scriptedPort } from "./scripted-port.ts";

const edits = () => scriptedPort({ start_edit: inTurn(job("edit-1"), job("edit-2"), job("edit-3")) });

function talk(port: ScriptedPort): Conversation {
  return new Conversation({ imageId: "image-1", port, planner: createLocalPlanner(), quality: "preview" });
}

function motions(port: ScriptedPort) {
  return port.argsOf("start_edit").map(({ imageId, operations }) => ({ imageId, operations }));
}

const operation = (motion: object, label = "sign") => [{ regionId: "region-1", motion, label }];

describe("a conversation", () => {
  it("goes on from the same picture with all motions so far", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    await chat.say("a bit further");
    await chat.say("now turn it 10 degrees");
    expect(motions(port)).toEqual([
      { imageId: "image-1", operations: operation({ type: "relocation", by: [-40, 0] }) },
      { imageId: "image-1", operations: operation({ type: "relocation", by: [-80, 0] }) },
      {
        imageId: "image-1",
        operations: operation({
          type: "compose",
          motions: [
            { type: "relocation", by: [-80, 0] },
            { type: "rotation", degrees: 10, about: [320, 300] },
          ],
        }),
      },
    ]);
    expect(port.argsOf("select_region")).toHaveLength(1);
    expect(chat.current).toBe("edit-3");
  });

  it("repeats what was said last, not the sum", async () => {
    const port = edits();
    const chat = talk(port);
    for (const words of ["move the sign left 40 px", "again", "the other way"]) await chat.say(words);
    expect(motions(port).map(({ operations }) => operations)).toEqual([
      operation({ type: "relocation", by: [-40, 0] }),
      operation({ type: "relocation", by: [-80, 0] }),
      operation({ type: "relocation", by: [-40, 0] }),
    ]);
  });

  it("asks for a selection when another thing is named", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    const outcome = await chat.say("turn the cat 10 degrees");
    expect(outcome.refused).toMatchObject({ code: "selection-needed", message: expect.stringContaining('"cat"') });
    expect(chat.current).toBe("edit-1");
  });

  it("takes a new selection on the current edit", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    chat.select({ regionId: "region-9", box: [0, 0, 10, 10], centroid: [5, 5] });
    await chat.say("turn the cat 10 degrees");
    const motion = { type: "rotation", degrees: 10, about: [5, 5] };
    expect(motions(port)[1]).toEqual({
      imageId: "edit-1",
      operations: [{ regionId: "region-9", motion, label: "cat" }],
    });
  });

  it("lets a chosen region go by any name", async () => {
    const port = edits();
    const chat = talk(port);
    chat.select({ regionId: "region-9", box: [0, 0, 10, 10], centroid: [5, 5] });
    await chat.say("move the sign right 40 px");
    const outcome = await chat.say("move the board up 10 px");
    expect(outcome.assumed).toContain('"board" = the region moved before');
    expect(motions(port)[1]).toMatchObject({ imageId: "image-1", operations: [{ motion: { by: [40, -10] } }] });
  });

  it("says that motions cancel out instead of making an edit of nothing", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    const outcome = await chat.say("move it back");
    expect(outcome.refused).toMatchObject({ code: "not-understood", message: expect.stringContaining("cancel out") });
    expect(port.argsOf("start_edit")).toHaveLength(1);
  });

  it("forgets what it meant after a checkout", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    chat.checkout("image-1");
    const outcome = await chat.say("a bit further");
    expect(outcome.refused).toMatchObject({
      code: "not-understood",
      message: expect.stringContaining("Nothing has been moved"),
    });
  });

  it("is not moved on by a refused turn", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    await chat.say("make it blue");
    await chat.say("a bit further");
    expect(motions(port).map(({ operations }) => operations)[1]).toEqual(
      operation({ type: "relocation", by: [-80, 0] }),
    );
  });

  it("copies by keeping the source, and goes on with the copy", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("make a copy of the sign 40 px to the left");
    await chat.say("move it 10 px up");
    const copies = (by: number[]) => [{ ...operation({ type: "relocation", by })[0], keepSource: true }];
    expect(motions(port)).toEqual([
      { imageId: "image-1", operations: copies([-40, 0]) },
      { imageId: "image-1", operations: copies([-40, -10]) },
    ]);
  });

  it("makes a second copy on the picture that has the first", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("duplicate the sign 40 px to the left");
    await chat.say("duplicate it 40 px to the right");
    expect(motions(port)[1]).toMatchObject({
      imageId: "edit-1",
      operations: [{ regionId: "region-1", motion: { type: "relocation", by: [40, 0] }, keepSource: true }],
    });
  });

  it("asks where a thing is that was moved and shall be copied", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    const outcome = await chat.say("duplicate it 40 px to the right");
    expect(outcome.refused).toMatchObject({ code: "selection-needed" });
    expect(port.argsOf("start_edit")).toHaveLength(1);
  });
});
