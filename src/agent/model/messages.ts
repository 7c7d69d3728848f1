/** The conversation as Chat Completions sees it, built anew from the state at every step. */
import type { Box } from "../../engine/raster.ts";
import type { ToolAnswer, ToolImage } from "../port.ts";
import type { CallStep, HistoryItem, TurnState } from "../state.ts";
import { type Frame, isPixels, toModel } from "./coordinates.ts";
import type { Rung } from "./ladder.ts";
import { gridLabels, type Pictures, type Shot } from "./pictures.ts";
import type { ModelProfile } from "./profiles/profile.ts";
import { spaceInWords } from "./space-words.ts";
import type { Message, UserPart } from "./wire.ts";

/** Images of tool answers that are sent again; older ones have been seen and are replaced by a word. */
const RECENT_IMAGES = 2;

/** How the conversation is written down for one model. */
export interface Script {
  readonly system: string;
  readonly rung: Rung;
  readonly profile: ModelProfile;
  readonly pictures: Pictures;
  readonly frame: Frame;
}

export interface Conversation {
  readonly messages: readonly Message[];
  /** The pictures in them. */
  readonly shots: readonly Shot[];
}

/** The frame of a turn: its picture, and the size in which this model is shown it. */
export async function frameOf(state: TurnState, profile: ModelProfile, pictures: Pictures): Promise<Frame> {
  const { image, width, height, shownWidth, shownHeight } = state.picture;
  const shot = image && (await pictures.shot(image));
  const shown = shot && shot.width > 0 ? shot : { width: shownWidth, height: shownHeight };
  return {
    space: profile.coordinates,
    full: { width, height },
    shown: { width: shown.width, height: shown.height },
    boxKey: profile.boxKey,
  };
}

export async function conversationOf(state: TurnState, script: Script): Promise<Conversation> {
  const shots: Shot[] = [];
  const messages: Message[] = [{ role: "system", content: script.system }];
  messages.push({ role: "user", content: await opening(state, script, shots) });
  const recent = recentImages(state.history, script.profile.images);
  for (const [index, item] of state.history.entries()) {
    const image = item.type === "tool" ? item.answer.images[0] : undefined;
    const shot = image && recent.has(index) ? await shotOf(image, item, script) : undefined;
    if (shot) shots.push(shot);
    messages.push(...itemMessages(item, index, script, shot));
  }
  return { messages, shots };
}

async function opening(state: TurnState, script: Script, shots: Shot[]): Promise<UserPart[]> {
  const { image } = state.picture;
  const text: UserPart = { type: "text", text: openingText(state, script.frame) };
  if (image === undefined) return [text];
  const shot = await script.pictures.shot(image);
  shots.push(shot);
  return [text, imagePart(shot)];
}

function openingText({ request, picture, selection, past }: TurnState, frame: Frame): string {
  const earlier = past.map((turn) => `Earlier request: ${turn.request}\nWhat was done: ${turn.text}`);
  const { box, centroid } = selection === undefined ? {} : toModel(frame, { ...selection });
  const chosen =
    selection &&
    `The person has selected regionId ${selection.regionId}: box [${listed(box)}], centroid [${listed(centroid)}].`;
  const { full, shown } = frame;
  return [
    ...earlier,
    `Request: ${request}`,
    `imageId: ${picture.id}. The picture is ${full.width} x ${full.height} pixels and is shown at ${shown.width} x ${shown.height}.`,
    spaceInWords(frame),
    ...(chosen === undefined ? [] : [chosen]),
  ].join("\n");
}

function listed(numbers: unknown): string {
  return Array.isArray(numbers) ? numbers.join(", ") : "";
}

/** A whole picture is shown in the frame's own size, so that its pixels are the frame's; a part gets a grid. */
async function shotOf(image: ToolImage, item: HistoryItem, { frame, pictures }: Script): Promise<Shot> {
  if (item.type !== "tool") return pictures.shot(image);
  const crop = cropOf(item.answer);
  const grid =
    crop !== undefined || wantsGrid(item.call) ? gridLabels(frame.space, frame.full, frame.shown, crop) : undefined;
  const size = crop === undefined && hasAspect(item.answer, frame) ? frame.shown : undefined;
  return pictures.shot(image, { size, grid });
}

/** As the model wrote it: the tool is not asked for a grid, which would be labelled in pixels of the full picture. */
function wantsGrid({ tool, written }: CallStep): boolean {
  return tool === "look" && written !== undefined && /"overlay"\s*:\s*"grid"/.test(written.args);
}

function cropOf({ structured }: ToolAnswer): Box | undefined {
  const { crop } = structured;
  if (!Array.isArray(crop) || crop.length !== 4 || crop.some((one) => typeof one !== "number")) return undefined;
  const [x0, y0, x1, y1] = crop;
  return [x0, y0, x1, y1];
}

/** Tools answer with the whole picture, but for sheets of several, which say their own size. */
function hasAspect({ structured }: ToolAnswer, { shown }: Frame): boolean {
  const { shownWidth, shownHeight } = structured;
  if (typeof shownWidth !== "number" || typeof shownHeight !== "number") return true;
  return Math.abs(Math.log(shownWidth / shownHeight / (shown.width / shown.height))) < 0.05;
}

/** Tool messages are text only on this wire; an image follows in a message of the user. */
function itemMessages(item: HistoryItem, index: number, script: Script, shot: Shot | undefined): Message[] {
  if (item.type === "note") return [{ role: "user", content: item.text }];
  const { call, answer } = item;
  const picture = answer.images.length > 0 ? [imageMessage(call.tool, shot)] : [];
  const said = answerText(answer, script.frame);
  const args = call.written?.args ?? JSON.stringify(toModel(script.frame, call.args));
  const words = call.written?.said ?? call.why;
  if (script.rung !== "tools") return [...spoken(call.tool, words, args, said), ...picture];
  const id = call.written?.id ?? callId(index);
  const written = { name: call.tool, arguments: args };
  return [
    { role: "assistant", content: words || null, tool_calls: [{ id, type: "function", function: written }] },
    { role: "tool", tool_call_id: id, content: said },
    ...picture,
  ];
}

/** Nine letters and digits, as Mistral's endpoints insist. */
export function callId(index: number): string {
  return `call${String(index).padStart(5, "0")}`;
}

/** Where tools are not native, the model's own JSON is repeated to it and the answer comes from the user. */
function spoken(tool: string, say: string, args: string, said: string): Message[] {
  const content = JSON.stringify({ say, tool, args: JSON.parse(args) });
  return [
    { role: "assistant", content },
    { role: "user", content: `${tool} answered: ${said}` },
  ];
}

/** The tools speak of pixels of the picture; the same places follow as this model writes them. */
function answerText({ isError, text, structured }: ToolAnswer, frame: Frame): string {
  if (isError) return `Error: ${text}`;
  const places = isPixels(frame) ? {} : toModel(frame, placesIn(structured));
  if (Object.keys(places).length === 0) return text;
  return `${text}\nThese are pixels of the full picture. In your coordinates: ${JSON.stringify(places)}`;
}

function placesIn({ box, centroid, guesses, crop }: ToolAnswer["structured"]): Record<string, unknown> {
  return {
    ...(box === undefined ? {} : { box }),
    ...(centroid === undefined ? {} : { centroid }),
    ...(guesses === undefined ? {} : { guesses }),
    ...(crop === undefined ? {} : { crop }),
  };
}

function imageMessage(tool: string, shot: Shot | undefined): Message {
  if (shot === undefined) {
    return { role: "user", content: `(The picture that ${tool} answered with is no longer shown.)` };
  }
  return {
    role: "user",
    content: [{ type: "text", text: `The picture that ${tool} answered with:` }, imagePart(shot)],
  };
}

export function imagePart({ url }: Pick<Shot, "url">): UserPart {
  return { type: "image_url", image_url: { url } };
}

/** The first picture is always shown, so there is room for one less. */
function recentImages(history: readonly HistoryItem[], perRequest: number): ReadonlySet<number> {
  const withImages = history.flatMap((item, index) =>
    item.type === "tool" && item.answer.images.length > 0 ? [index] : [],
  );
  const room = Math.max(0, Math.min(RECENT_IMAGES, perRequest - 1));
  return new Set(room === 0 ? [] : withImages.slice(-room));
}
