/** Requests and what they mean, said to the local planner over scripted tools: shared by the tests of its words. */
import { z } from "zod";
import { Conversation } from "../../src/agent/conversation.ts";
import { createLocalPlanner } from "../../src/agent/local/planner.ts";
import type { TurnOutcome } from "../../src/agent/turn.ts";
import { type Motion, motionSchema, type SimpleMotion } from "../../src/engine/recipe/schema.ts";
import { inTurn, job, type ScriptedPort, said, scriptedPort } from "./scripted-port.ts";

const pair = z.tuple([z.number(), z.number()]);
const meant = z.union([
  z.strictObject({ by: pair }),
  z.strictObject({ to: pair }),
  z.strictObject({ degrees: z.number() }),
  z.strictObject({ factor: z.union([z.number(), pair]) }),
  z.strictObject({ toward: z.enum(["left", "right", "up", "down"]) }),
  z.strictObject({ turns: z.enum(["clockwise", "counterclockwise"]) }),
  z.strictObject({ grows: z.literal(true) }),
  z.strictObject({ shrinks: z.literal(true) }),
  z.strictObject({ widens: z.literal(true) }),
]);
export const requestSchema = z.strictObject({
  say: z.string(),
  after: z.array(z.string()).default([]),
  means: z.union([z.array(meant), z.literal("undo-turn")]),
  copy: z.boolean().default(false),
  needs: z.string().optional(),
});
export type Request = z.infer<typeof requestSchema>;
const CENTRE = [350, 250] as const;
const cup = { regionId: "cup", box: [300, 200, 400, 300], centroid: CENTRE } as const;

export interface Heard {
  readonly outcome: TurnOutcome;
  readonly port: ScriptedPort;
}

export async function hear({ say, after }: Pick<Request, "say" | "after">): Promise<Heard> {
  const size = { width: 800, height: 600, shownWidth: 800, shownHeight: 600 };
  const edits = ["edit-1", "edit-2", "edit-3"].map((id) => job(id));
  const port = scriptedPort({ look: () => said(size), start_edit: inTurn(...edits) });
  const chat = new Conversation({
    imageId: "image-1",
    port,
    planner: createLocalPlanner(),
    selection: { ...cup, box: [...cup.box], centroid: [...cup.centroid] },
    quality: "preview",
  });
  for (const words of after) await chat.say(words);
  const outcome = await chat.say(say);
  return { outcome, port };
}

function operationOf(port: ScriptedPort): { motion: Motion; keepSource: boolean } | undefined {
  const last = z
    .object({ operations: z.tuple([z.object({ motion: motionSchema, keepSource: z.boolean().default(false) })]) })
    .safeParse(port.argsOf("start_edit").at(-1));
  return last.data?.operations[0];
}

function simple(motion: Motion): readonly SimpleMotion[] {
  return motion.type === "compose" ? motion.motions : [motion];
}

const near = (a: number, b: number) => Math.abs(a - b) < 0.01;
const SIDES = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const;

function is(motion: SimpleMotion, want: z.infer<typeof meant>): boolean {
  if (motion.type === "relocation" || motion.type === "deformation") {
    const [x, y] = motion.by ?? [(motion.to?.[0] ?? 0) - CENTRE[0], (motion.to?.[1] ?? 0) - CENTRE[1]];
    if ("by" in want) return near(x, want.by[0]) && near(y, want.by[1]);
    if ("to" in want) return near(x + CENTRE[0], want.to[0]) && near(y + CENTRE[1], want.to[1]);
    if (!("toward" in want)) return false;
    const [sx, sy] = SIDES[want.toward];
    return sx * x + sy * y > 0 && near(sy * x, 0) && near(sx * y, 0);
  }
  if (motion.type === "rotation") {
    const degrees = motion.degrees ?? 0;
    if ("degrees" in want) return near(degrees, want.degrees);
    return "turns" in want && (want.turns === "clockwise" ? degrees > 0 : degrees < 0);
  }
  const [sx, sy] = typeof motion.factor === "number" ? [motion.factor, motion.factor] : motion.factor;
  if ("factor" in want) {
    const [wx, wy] = typeof want.factor === "number" ? [want.factor, want.factor] : want.factor;
    return near(sx, wx) && near(sy, wy);
  }
  if ("widens" in want) return sx > 1 && near(sy, 1);
  return "grows" in want ? sx > 1 && sy > 1 : "shrinks" in want && sx < 1 && sy < 1;
}

/** "Upright" after a turn: all turns together come to none. */
function isUndone(motions: readonly SimpleMotion[]): boolean {
  return near(
    motions.reduce((sum, one) => sum + (one.type === "rotation" ? (one.degrees ?? 0) : 0), 0),
    0,
  );
}

export function isRight({ means, copy }: Request, { outcome, port }: Heard): boolean {
  if (means === "undo-turn" && outcome.at !== undefined) return outcome.at === "image-1";
  const operation = operationOf(port);
  if (operation === undefined || operation.keepSource !== copy) return false;
  const motions = simple(operation.motion);
  if (means === "undo-turn") return isUndone(motions);
  return motions.length === means.length && means.every((want, at) => motions[at] && is(motions[at], want));
}
