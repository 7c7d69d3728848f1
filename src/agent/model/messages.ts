/** The conversation as Chat Completions sees it, built anew from the state at every step. */
import type OpenAI from "openai";
import type { ToolImage, ToolInfo } from "../port.ts";
import type { HistoryItem, TurnState } from "../state.ts";

export type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type UserPart = OpenAI.Chat.Completions.ChatCompletionContentPart;

/** What a plan needs. Opening and writing files is not the model's to decide: words in a picture could ask for it. */
const OFFERED: readonly string[] = ["look", "select_region", "preview_edit", "start_edit"];

/** Images of tool answers that are sent again; older ones have been seen and are replaced by a word. */
const RECENT_IMAGES = 2;

export function offeredTools(tools: readonly ToolInfo[]): ToolInfo[] {
  return tools.filter((tool) => OFFERED.includes(tool.name));
}

export function toolParameters(tools: readonly ToolInfo[]): OpenAI.Chat.Completions.ChatCompletionFunctionTool[] {
  return offeredTools(tools).map(({ name, description, inputSchema }) => {
    const { $schema: _, ...parameters } = inputSchema;
    return { type: "function", function: { name, description, parameters } };
  });
}

export function messagesOf(system: string, state: TurnState): Message[] {
  const shown = recentImages(state.history);
  return [
    { role: "system", content: system },
    { role: "user", content: opening(state) },
    ...state.history.flatMap((item, index) => itemMessages(item, index, shown.has(index))),
  ];
}

function opening(state: TurnState): UserPart[] {
  const image = state.picture.image;
  const text: UserPart = { type: "text", text: openingText(state) };
  return image === undefined ? [text] : [text, imagePart(image)];
}

function openingText({ request, picture, selection, past }: TurnState): string {
  const earlier = past.map((turn) => `Earlier request: ${turn.request}\nWhat was done: ${turn.text}`);
  const chosen =
    selection &&
    `The person has selected regionId ${selection.regionId}: box [${selection.box.join(", ")}], centroid [${selection.centroid.join(", ")}].`;
  return [
    ...earlier,
    `Request: ${request}`,
    `imageId: ${picture.id}. The picture is ${picture.width} x ${picture.height} pixels and is shown at ${picture.shownWidth} x ${picture.shownHeight}.`,
    "Coordinates are pixels of the full picture: x right, y down, origin at the top left corner.",
    ...(chosen === undefined ? [] : [chosen]),
  ].join("\n");
}

/** Tool messages are text only on this wire; an image follows in a message of the user. */
function itemMessages(item: HistoryItem, index: number, withImage: boolean): Message[] {
  if (item.type === "note") return [{ role: "user", content: item.text }];
  const { call, answer } = item;
  const id = call.written?.id ?? `call_${index}`;
  const written = { name: call.tool, arguments: call.written?.args ?? JSON.stringify(call.args) };
  const image = answer.images[0];
  return [
    { role: "assistant", content: call.why || null, tool_calls: [{ id, type: "function", function: written }] },
    { role: "tool", tool_call_id: id, content: answer.isError ? `Error: ${answer.text}` : answer.text },
    ...(image === undefined ? [] : [imageMessage(call.tool, withImage ? image : undefined)]),
  ];
}

function imageMessage(tool: string, image: ToolImage | undefined): Message {
  if (image === undefined)
    return { role: "user", content: `(The picture that ${tool} answered with is no longer shown.)` };
  return {
    role: "user",
    content: [{ type: "text", text: `The picture that ${tool} answered with:` }, imagePart(image)],
  };
}

function imagePart({ data, mimeType }: ToolImage): UserPart {
  return { type: "image_url", image_url: { url: `data:${mimeType};base64,${data}` } };
}

function recentImages(history: readonly HistoryItem[]): ReadonlySet<number> {
  const withImages = history.flatMap((item, index) =>
    item.type === "tool" && item.answer.images.length > 0 ? [index] : [],
  );
  return new Set(withImages.slice(-RECENT_IMAGES));
}
