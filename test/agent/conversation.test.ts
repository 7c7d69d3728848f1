import { describe, expect, it } from "vitest";
import { Conversation } from "../../src/agent/conversation.ts";
import type { AgentEvent } from "../../src/agent/events.ts";
import { createLocalPlanner } from "../../src/agent/local/planner.ts";
import { inTurn, job, PIXEL, refused, region, type ScriptedPort, said, scriptedPort } from "./scripted-port.ts";

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

  it("goes back to the picture before where motions cancel out, instead of making an edit of nothing", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    const outcome = await chat.say("move it back");
    expect(outcome).toMatchObject({ ok: true, at: "image-1", text: expect.stringContaining("cancel out") });
    expect(port.argsOf("start_edit")).toHaveLength(1);
    expect(chat.current).toBe("image-1");
    expect(await chat.say("redo")).toMatchObject({ at: "edit-1" });
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

const SIZE = { width: 800, height: 600, shownWidth: 400, shownHeight: 300 };
/** The thing that the scripted region is, and two more. */
const FIRST = { number: 1, box: [300, 200, 500, 400] };
const SECOND = { number: 2, box: [20, 20, 120, 120] };
const THIRD = { number: 3, box: [600, 450, 780, 590] };

/** Regions lie in the box that was asked for. */
function withGuesses(...guesses: object[]): ScriptedPort {
  let regions = 0;
  const selected = ({ box }: Readonly<Record<string, unknown>>) => {
    const { structured, ...rest } = region(0.9, `region-${++regions}`);
    return { ...rest, structured: { ...structured, ...(box === undefined ? {} : { box }) } };
  };
  return scriptedPort({
    start_edit: inTurn(job("edit-1"), job("edit-2"), job("edit-3"), job("edit-4")),
    select_region: selected,
    look: ({ overlay }) => said(overlay === "marks" ? { ...SIZE, guesses } : SIZE, "looked", PIXEL),
  });
}

const boxes = (port: ScriptedPort) => port.argsOf("select_region").map(({ box }) => box);

describe("going back and forth", () => {
  it("undoes and redoes, and then goes on with what was meant there", async () => {
    const port = edits();
    const chat = talk(port);
    for (const words of ["move the sign left 40 px", "a bit further"]) await chat.say(words);
    const undone = await chat.say("Undo that, please.");
    expect(undone).toMatchObject({ ok: true, at: "edit-1", text: 'Undone: "a bit further". The picture is edit-1.' });
    expect(chat.current).toBe("edit-1");
    expect(await chat.say("redo")).toMatchObject({ ok: true, at: "edit-2" });
    await chat.say("undo");
    await chat.say("now move it up 10 px");
    expect(motions(port)[2]).toEqual({
      imageId: "image-1",
      operations: operation({ type: "relocation", by: [-40, -10] }),
    });
    expect(await chat.say("redo")).toMatchObject({ ok: false, refused: { code: "not-found" } });
  });

  it("goes back to the original, and tells so on the stream", async () => {
    const port = edits();
    const chat = talk(port);
    for (const words of ["move the sign left 40 px", "a bit further"]) await chat.say(words);
    const heard: AgentEvent[] = [];
    const outcome = await chat.say("back to the original", { onEvent: (event) => heard.push(event) });
    expect(outcome).toMatchObject({ ok: true, at: "image-1", text: expect.stringContaining("the original") });
    expect(heard.map(({ type }) => type)).toEqual(["turn-start", "turn-end"]);
    expect(await chat.say("undo")).toMatchObject({ ok: false, refused: { message: "Nothing is there to undo" } });
    expect(await chat.say("redo two steps")).toMatchObject({ at: "edit-2" });
  });

  it("moves the session's own cursor where there is one", async () => {
    const port = scriptedPort({
      start_edit: inTurn(job("edit-1")),
      history: inTurn(said({}), refused("not-found: Expected an edit")),
    });
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    await chat.say("undo that");
    expect(port.argsOf("history")).toEqual([{ action: "checkout", id: "image-1" }]);
    expect(await chat.say("redo")).toMatchObject({ ok: false, refused: { code: "not-found" } });
    expect(chat.current).toBe("image-1");
  });

  it.each(["put the sign back 10 px", "undo the zip of the bag", "redo the roof"])(
    "%s is no command",
    async (words) => {
      const chat = talk(edits());
      await chat.say("move the sign left 40 px");
      await chat.say(words);
      expect(chat.memory.cursor).toBeGreaterThan(0);
    },
  );
});

describe("another thing", () => {
  it("takes the wrong one back and does the same to the other", async () => {
    const port = withGuesses(FIRST, SECOND);
    const chat = talk(port);
    await chat.say("move it left 40 px");
    const outcome = await chat.say("no, the other one");
    expect(outcome).toMatchObject({
      ok: true,
      editId: "edit-2",
      assumed: ['"the other one" = the thing at the top left'],
    });
    expect(motions(port)[1]).toEqual({
      imageId: "image-1",
      operations: [{ regionId: "region-2", motion: { type: "relocation", by: [-40, 0] } }],
    });
    expect(boxes(port)[1]).toEqual(SECOND.box);
    expect(chat.memory.made.map(({ editId }) => editId)).toEqual(["edit-2"]);
  });

  it("does the same to the second one on the picture that has the first", async () => {
    const port = withGuesses(FIRST, SECOND, THIRD);
    const chat = talk(port);
    await chat.say("make it 20% bigger");
    await chat.say("do the same to the second one");
    await chat.say("and the third one too");
    expect(motions(port).map(({ imageId }) => imageId)).toEqual(["image-1", "edit-1", "edit-2"]);
    expect(boxes(port)).toEqual([undefined, SECOND.box, THIRD.box]);
    expect(motions(port)[1]?.operations).toMatchObject([
      { regionId: "region-2", motion: { type: "scale", factor: 1.2 } },
    ]);
  });

  it("asks, with the picture, when two are as likely, and takes the number", async () => {
    const port = withGuesses(FIRST, SECOND, THIRD);
    const chat = talk(port);
    await chat.say("move it left 40 px");
    const asked = await chat.say("no, the other one");
    expect(asked).toMatchObject({
      ok: false,
      refused: { code: "selection-needed" },
      question: { image: { data: PIXEL } },
    });
    expect(asked.question?.choices).toEqual([
      { say: "number 2, at the top left", box: SECOND.box },
      { say: "number 3, at the bottom right", box: THIRD.box },
    ]);
    expect(port.argsOf("start_edit")).toHaveLength(1);
    const outcome = await chat.say("the right one");
    expect(outcome).toMatchObject({ ok: true, editId: "edit-2" });
    expect(boxes(port)[1]).toEqual(THIRD.box);
    expect(motions(port)[1]?.imageId).toBe("image-1");
  });

  it("takes the one that stands out clearly without asking", async () => {
    const port = withGuesses(FIRST, { ...SECOND, salience: 0.9 }, { ...THIRD, salience: 0.3 });
    const chat = talk(port);
    await chat.say("move it left 40 px");
    expect(await chat.say("not that one, the other one")).toMatchObject({ ok: true });
    expect(boxes(port)[1]).toEqual(SECOND.box);
  });

  it("keeps the last turn where no other thing is there", async () => {
    const port = withGuesses(FIRST);
    const chat = talk(port);
    await chat.say("move it left 40 px");
    expect(await chat.say("no, the other one")).toMatchObject({ ok: false, refused: { code: "selection-needed" } });
    expect(chat.current).toBe("edit-1");
    await chat.say("a bit further");
    expect(motions(port)[1]).toMatchObject({ operations: [{ motion: { by: [-80, 0] } }] });
  });

  it("finds a thing that was named before where it has been moved to", async () => {
    const port = withGuesses(FIRST, SECOND);
    const chat = talk(port);
    await chat.say("move the sign left 40 px");
    await chat.say("do the same to the other one");
    await chat.say("move the sign up 10 px");
    expect(boxes(port)[2]).toEqual([260, 200, 460, 400]);
    expect(motions(port)[2]).toMatchObject({
      imageId: "edit-2",
      operations: [{ label: "sign", motion: { by: [0, -10] } }],
    });
  });

  it("needs an earlier turn", async () => {
    expect(await talk(edits()).say("do the same to the second one")).toMatchObject({
      refused: { code: "not-understood", message: expect.stringContaining("Nothing was done yet") },
    });
  });
});

describe("upright", () => {
  it("is as the thing stood before it was turned", async () => {
    const port = edits();
    const chat = talk(port);
    await chat.say("turn the sign 20 degrees and move it left 40 px");
    const outcome = await chat.say("and now turn it upright");
    expect(outcome.assumed).toContain("upright = as before it was turned by 20 degrees");
    const motion = motions(port)[1]?.operations as { motion: { motions: object[] } }[];
    expect(motion[0]?.motion.motions.at(-1)).toMatchObject({ type: "rotation", degrees: -20 });
  });

  it.each([
    ["turn it upright", 30, -30, "upright = its long side upright; it leans 30 degrees clockwise"],
    ["turn the sign upright", 70, -70, "upright = its long side upright; it leans 70 degrees clockwise"],
    ["straighten it", 85, 5, "straight = its long side level; it leans 5 degrees counter-clockwise"],
    ["straighten the sign", -12, 12, "straight = its long side upright; it leans 12 degrees counter-clockwise"],
  ])("%s, leaning %d degrees, is measured where nothing was turned", async (say, degrees, turn, assumed) => {
    const port = edits();
    const selection = { regionId: "region-1", box: [100, 100, 200, 200], centroid: [150, 150] } as const;
    const longAxis = { degrees, elongation: 3 };
    const chat = new Conversation({
      imageId: "image-1",
      port,
      planner: createLocalPlanner(),
      quality: "preview",
      selection: { ...selection, longAxis },
    });
    expect((await chat.say(say)).assumed).toContain(assumed);
    const motion = { type: "rotation", degrees: turn, about: [150, 150] };
    expect(motions(port)).toMatchObject([{ operations: [{ motion }] }]);
  });

  it("says so where the thing stands already", async () => {
    const port = scriptedPort({
      select_region: () => said({ ...region().structured, longAxis: { degrees: 0.4, elongation: 3 } }),
    });
    expect(await talk(port).say("turn the sign upright")).toMatchObject({
      ok: false,
      refused: { code: "not-understood", message: "Its long side is upright already, within 1 degree" },
    });
    expect(port.argsOf("start_edit")).toEqual([]);
  });

  it("needs an angle where nothing was turned", async () => {
    const chat = talk(edits());
    await chat.say("move the sign left 40 px");
    expect(await chat.say("straighten it")).toMatchObject({
      refused: { message: expect.stringContaining("needs an angle") },
    });
  });
});

describe("the answer to a question", () => {
  it("selects what was chosen and makes the request again", async () => {
    const port = scriptedPort({
      select_region: inTurn(region(0.2), region(0.9, "region-2")),
      look: ({ overlay }) => said(overlay === "marks" ? { ...SIZE, guesses: [SECOND, THIRD] } : SIZE, "looked", PIXEL),
    });
    const chat = talk(port);
    const asked = await chat.say("move the sign left 40 px");
    expect(asked.question?.choices.map(({ say }) => say)).toEqual([
      "number 2, at the top left",
      "number 3, at the bottom right",
    ]);
    expect(await chat.say("number 3")).toMatchObject({ ok: true, editId: "edit-1" });
    expect(boxes(port)[1]).toEqual(THIRD.box);
    expect(motions(port)[0]).toMatchObject({ operations: [{ regionId: "region-2", label: "sign" }] });
  });

  it("may as well be another request", async () => {
    const port = withGuesses(FIRST, SECOND, THIRD);
    const chat = talk(port);
    await chat.say("move it left 40 px");
    await chat.say("no, the other one");
    expect(chat.memory.pending).toBeDefined();
    await chat.say("undo everything");
    expect(chat.memory.pending).toBeUndefined();
  });
});
