/** The model endpoint, tried out: reachability, one picture, one tool call, one schema, five shapes. */
import type { Examination, ModelSource } from "../agent/index.ts";
import { EditError } from "../errors.ts";
import type { CliRun } from "./deps.ts";
import { type Finding, messageOf } from "./doctor-finding.ts";

/** Boxes this good on average find things; below, regions should be selected by hand. */
const GOOD_IOU = 0.5;

export interface EndpointReport {
  readonly findings: readonly Finding[];
  readonly examination?: Examination;
}

/** Throws EditError `cancelled` alone. */
export async function checkEndpoint(run: CliRun, source: ModelSource): Promise<EndpointReport> {
  const { examine } = await import("../agent/index.ts");
  try {
    const model = await source.open();
    const examination = await examine(model, { signal: run.signal, onEvent: () => {} });
    return { findings: findingsOf(examination, model.name), examination };
  } catch (error) {
    if (error instanceof EditError && error.code === "cancelled") throw error;
    const advice = (error instanceof EditError && error.hint) || "Check --base-url, --llm and the key";
    return { findings: [{ name: "endpoint", ok: false, text: messageOf(error), advice }] };
  }
}

function findingsOf(found: Examination, model: string): Finding[] {
  const profile = { name: "profile", ok: true, text: `${found.profile} for ${model}; asked by "${found.rung}"` };
  if (found.unreachable !== undefined) {
    const advice = "Check --base-url (it often ends in /v1), --llm, OPENAI_API_KEY, and that the model takes pictures";
    return [{ name: "endpoint", ok: false, text: found.unreachable, advice }, profile];
  }
  return [
    { name: "endpoint", ok: true, text: `${found.host} answers` },
    seesFinding(found.sees === true),
    ableFinding("tools", found.tools, "calls a tool that it is offered", "does not call tools"),
    ableFinding("schema", found.schema, "follows a JSON schema", "does not follow a JSON schema"),
    groundingFinding(found.grounding ?? []),
    profile,
  ];
}

function seesFinding(ok: boolean): Finding {
  return {
    name: "picture",
    ok,
    text: ok ? "the model reads what a picture shows" : "the model did not read the colour of a red circle",
    advice: "Take a model that sees pictures, and check that the server has its vision part loaded",
  };
}

/** The ladder makes up for it, so it is no failure. */
function ableFinding(name: string, able: boolean | undefined, yes: string, no: string): Finding {
  if (able === true) return { name, ok: true, text: yes };
  const text = able === false ? no : "the endpoint's answer does not say";
  const advice =
    "Nothing to do: the agent asks in another form. Servers often need a switch for it (e.g. a tool parser)";
  return { name, ok: true, isNote: true, text, advice };
}

function groundingFinding(shapes: NonNullable<Examination["grounding"]>): Finding {
  const mean = shapes.reduce((sum, { iou }) => sum + iou, 0) / Math.max(1, shapes.length);
  const each = shapes.map(({ shape, iou }) => `${shape} ${iou.toFixed(2)}`).join(", ");
  return {
    name: "grounding",
    ok: mean >= GOOD_IOU,
    text: `mean IoU ${mean.toFixed(2)} (${each})`,
    advice:
      "Boxes are off: the profile's coordinates may be wrong for this model (set them in profiles.yaml of the data folder), " +
      "or select regions yourself and leave the motions to the model",
  };
}
