/** Messages between the engine's client and its child process. Pixels never cross: paths and small previews do. */
import type { ErrorRecord } from "../../errors.ts";
import type { Engine, Preview, Progress } from "../api.ts";
import type { EngineOptions } from "../local.ts";

export const METHODS = [
  "inspect",
  "look",
  "select",
  "guesses",
  "plan",
  "live",
  "compare",
  "edit",
  "exportImage",
] as const;
export type Method = (typeof METHODS)[number];
export type RequestOf<M extends Method> = Parameters<Engine[M]>[0];
export type ResultOf<M extends Method> = Awaited<ReturnType<Engine[M]>>;

/** The first message is `start`. */
export type ToWorker =
  | { readonly type: "start"; readonly options: EngineOptions }
  | {
      readonly type: "call";
      readonly id: number;
      readonly method: Method;
      readonly request: unknown;
      readonly previews: boolean;
    }
  | { readonly type: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly type: "preview"; readonly id: number; readonly preview: Preview }
  | { readonly type: "done"; readonly id: number; readonly result: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorRecord };
