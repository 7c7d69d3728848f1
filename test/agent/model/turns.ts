/** A turn of the loop against a scripted endpoint and scripted tools, as the tests of the model's side need it. */
import type { AgentEvent, FaultKind } from "../../../src/agent/events.ts";
import { runTurn } from "../../../src/agent/loop.ts";
import type { ModelConfig } from "../../../src/agent/model/config.ts";
import { createModelPlanner } from "../../../src/agent/model/planner.ts";
import type { TurnOptions, TurnOutcome } from "../../../src/agent/turn.ts";
import { type ScriptedPort, said, scriptedPort } from "../scripted-port.ts";
import { type Answer, calling, type Server, startServer } from "./scripted-server.ts";

export const KEY = "sk-test-0123456789abcdef";
export const OPERATIONS = [{ regionId: "region-1", motion: { type: "relocation", by: [-40, 0] } }];
export const SELECT = calling({ name: "select_region", args: { imageId: "image-1", box: [300, 200, 500, 400] } });
export const PREVIEW = calling({ name: "preview_edit", args: { imageId: "image-1", operations: OPERATIONS } });
export const EDIT = calling({ name: "start_edit", args: { imageId: "image-1", operations: OPERATIONS } });

/** Shown as it is: the model's pixels are the picture's. */
export const look = () => said({ width: 800, height: 600, shownWidth: 800, shownHeight: 600 }, "looked");

const servers: Server[] = [];

export async function serve(...answers: readonly Answer[]): Promise<Server> {
  const server = await startServer(...answers);
  servers.push(server);
  return server;
}

export async function closeServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

export interface Asked {
  readonly config?: Partial<ModelConfig>;
  readonly port?: ScriptedPort;
  readonly turn?: Partial<TurnOptions>;
}

export function turnAt(baseURL: string, { config, port, turn }: Asked = {}): Promise<TurnOutcome> {
  const planner = createModelPlanner({ model: "scripted", apiKey: KEY, baseURL, ...config });
  const options = { request: "move the sign to the left", imageId: "image-1", quality: "full" } as const;
  return runTurn({ ...options, port: port ?? scriptedPort({ look }), planner, ...turn });
}

/** Kinds of the faults that were told, in order. */
export function faultsIn(events: readonly AgentEvent[]): FaultKind[] {
  return events.flatMap((event) => (event.type === "model-fault" ? [event.kind] : []));
}
