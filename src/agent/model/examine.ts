/** What an endpoint can do with a model: does it answer, see, call tools, follow a schema, and say where things are? */
import { z } from "zod";
import type { Box } from "../../engine/raster.ts";
import { EditError } from "../../errors.ts";
import { type Frame, toPixels } from "./coordinates.ts";
import { type Rung, rungOf } from "./ladder.ts";
import { imagePart } from "./messages.ts";
import { type AskCall, endpointError, type Model } from "./model.ts";
import type { Shot } from "./pictures.ts";
import { previewShot } from "./preview-shot.ts";
import { callsTools, followsSchema } from "./probe.ts";
import { answerTo } from "./questions.ts";
import { iouOf, SHAPES, SHAPES_SIZE, shapesPicture } from "./shapes.ts";
import { spaceInWords } from "./space-words.ts";
import { WireError } from "./wire.ts";

export interface Examination {
  readonly host: string;
  readonly profile: string;
  readonly rung: Rung;
  /** Why it did not answer; nothing else was tried then. */
  readonly unreachable?: string;
  /** The model read what a picture shows. */
  readonly sees?: boolean;
  /** Absent: the endpoint's answer does not say. */
  readonly tools?: boolean | undefined;
  readonly schema?: boolean | undefined;
  /** Intersection over union of each shape's box; 0 where none was given. */
  readonly grounding?: readonly { readonly shape: string; readonly iou: number }[] | undefined;
}

/** Four or five small requests. Throws EditError `cancelled` alone. */
export async function examine(model: Model, call: AskCall): Promise<Examination> {
  const facts = { host: model.host, profile: model.profile.name };
  const shot = await previewShot(await shapesPicture(), model, call);
  const seen = await look(model, shot, call);
  if (seen.failed !== undefined) return { ...facts, rung: model.rung, unreachable: seen.failed };
  const tools = await callsTools(model, call);
  if (tools === true) model.confirm("tools");
  if (tools === false) model.lower("tools", "The probe's tool was not called", call.onEvent);
  const schema = await followsSchema(model, call);
  if (schema === true) model.confirmSchema();
  if (schema === false) model.denySchema("The probe's schema was not followed", call.onEvent);
  const rung = rungOf({ tools, schema }, model.profile);
  return { ...facts, rung, sees: seen.sees, tools, schema, grounding: await grounding(model, shot, call) };
}

/** A colour that only the picture tells. */
async function look(model: Model, shot: Shot, call: AskCall): Promise<{ sees: boolean; failed?: string }> {
  const text = "Which colour has the circle in this picture? Answer with one word.";
  try {
    const content = [imagePart(shot), { type: "text", text } as const];
    const reply = await model.ask({ messages: [{ role: "user", content }] }, call);
    return { sees: /\bred\b/i.test(reply.text) };
  } catch (error) {
    const known = error instanceof WireError ? endpointError(error) : error;
    if (!(known instanceof EditError) || known.code === "cancelled") throw known;
    return { sees: false, failed: known.message };
  }
}

const wanted = z.object({ shapes: z.array(z.object({ name: z.string(), box: z.array(z.number()) })) });
const loose = z.object({ shapes: z.array(z.looseObject({ name: z.string() })) });

async function grounding(model: Model, shot: Shot, call: AskCall): Promise<Examination["grounding"]> {
  const { coordinates: space, boxKey } = model.profile;
  const frame: Frame = { space, full: SHAPES_SIZE, shown: { width: shot.width, height: shot.height }, boxKey };
  const names = SHAPES.map(({ name }) => name);
  const text = [
    `Say where these are: ${names.join(", ")}.`,
    spaceInWords(frame),
    'Reply with one JSON object and nothing else: {"shapes": [{"name": "red circle", "box": […]}, …]}',
  ].join("\n");
  const pictures = [{ caption: "The picture:", shot }];
  const system = "You say exactly where things are in pictures.";
  try {
    const { shapes } = await answerTo({ name: "shapes", system, text, pictures, schema: loose, wanted }, model, call);
    return SHAPES.map(({ name, box }) => ({ shape: name, iou: best(shapes, name, box, frame) }));
  } catch (error) {
    if (error instanceof EditError && error.code !== "cancelled") return names.map((shape) => ({ shape, iou: 0 }));
    throw error;
  }
}

function best(shapes: z.infer<typeof loose>["shapes"], name: string, box: Box, frame: Frame): number {
  const found = shapes.find((shape) => shape.name.toLowerCase().trim() === name);
  const read = z.tuple([z.number(), z.number(), z.number(), z.number()]).safeParse(found && toPixels(frame, found).box);
  return read.success ? iouOf(box, read.data) : 0;
}
