/** The smallest questions that show what an endpoint can do with a model. */
import { jsonIn } from "./json-text.ts";
import type { AskCall, Model } from "./model.ts";
import { WireError, type WireTool } from "./wire.ts";

const READY: WireTool = {
  type: "function",
  function: {
    name: "report_ready",
    description: "Reports that you can call tools",
    parameters: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
  },
};

/** Whether the model calls a tool that it is told to call; undefined where the endpoint's answer does not say. */
export async function callsTools(model: Model, call: AskCall): Promise<boolean | undefined> {
  const content = 'Call the tool report_ready with the word "ready". Do not write anything else.';
  return probed(async () => {
    const reply = await model.ask({ messages: [{ role: "user", content }], tools: [READY] }, call);
    return reply.calls.some(({ name, args }) => name === "report_ready" && jsonIn(args).type === "json");
  });
}

/** Whether the model's text follows a schema that its words do not mention. */
export async function followsSchema(model: Model, call: AskCall): Promise<boolean | undefined> {
  const properties = { colour: { type: "string", enum: ["red", "green", "blue"] }, sides: { type: "integer" } };
  const schema = { type: "object", properties, required: ["colour", "sides"], additionalProperties: false };
  const content = "Describe a red triangle.";
  return probed(async () => {
    const request = { messages: [{ role: "user", content } as const], schema: { name: "shape", schema } };
    const { text } = await model.ask(request, call);
    const found = jsonIn(text);
    return found.type === "json" && isShape(found.value);
  });
}

function isShape(value: unknown): boolean {
  return typeof value === "object" && value !== null && "colour" in value && "sides" in value;
}

/** A refused parameter is a no; anything else that fails says nothing. */
async function probed(ask: () => Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WireError && (error.status === 400 || error.status === 422)) return false;
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
