/** Asking the model of a connected MCP client: a planner and a model over its sampling port. */
import { EditError } from "../../errors.ts";
import type { SamplingPort } from "../../tools/context.ts";
import type { Planner } from "../planner.ts";
import { Model } from "./model.ts";
import { plannerOf } from "./planner.ts";
import { profileFor } from "./profiles/choose.ts";
import { samplingWire } from "./sampling-wire.ts";

/** Which model answers is the client's choice, so nothing is known of it but that it reads and writes text. */
export async function samplingModel(port: SamplingPort): Promise<Model> {
  const profile = await profileFor("", undefined);
  return new Model({ name: "client", wire: samplingWire(port), profile, abilities: {}, retries: 0, rung: "prompt" });
}

/** A planner that asks the port it is given, else the port of each call. */
export function createSamplingPlanner(port?: SamplingPort): Planner {
  const models = new WeakMap<SamplingPort, Promise<Model>>();
  return plannerOf("sampling", (call) => {
    const asked = port ?? call.sampling;
    if (asked === undefined) {
      throw new EditError("model-endpoint", "Expected a connected client that offers its model, got none");
    }
    const model = models.get(asked) ?? samplingModel(asked);
    models.set(asked, model);
    return model;
  });
}
