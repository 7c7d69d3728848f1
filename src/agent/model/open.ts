/** From what the user configured to a model that can be asked. */
import { DEFAULT_RETRIES, DEFAULT_TIMEOUT_MS, DEFAULT_URL, type ModelConfig } from "./config.ts";
import { hostOf, httpWire } from "./http-wire.ts";
import { endpointKey, recalled, remember } from "./memory.ts";
import { Model } from "./model.ts";
import { profileFor } from "./profiles/choose.ts";
import { recordingWire } from "./record.ts";
import { replayWire } from "./replay.ts";
import type { Wire } from "./wire.ts";

/** A replay neither reads nor changes what is known about the endpoint: it must go as it went. */
export async function openModel(config: ModelConfig): Promise<Model> {
  const baseURL = config.baseURL ?? DEFAULT_URL;
  const home = config.replay === undefined ? config.home : undefined;
  const key = endpointKey(baseURL, config.model);
  return new Model({
    name: config.model,
    wire: await wireOf(config, baseURL),
    profile: config.profile ?? (await profileFor(config.model, config.home)),
    abilities: config.record === undefined ? recalled(home, key) : {},
    retries: config.retries ?? DEFAULT_RETRIES,
    rung: config.rung,
    stream: config.stream,
    onFound: (abilities) => remember(home, key, abilities),
  });
}

/** Throws EditError `usage` for a base that is no URL; asks nobody. */
export function checkConfig({ baseURL }: Pick<ModelConfig, "baseURL">): void {
  hostOf(baseURL ?? DEFAULT_URL);
}

async function wireOf(config: ModelConfig, baseURL: string): Promise<Wire> {
  if (config.replay !== undefined) return replayWire(config.replay);
  const { apiKey, timeoutMs, record, recordImages } = config;
  const wire = httpWire({ baseURL, apiKey, timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS });
  if (record === undefined) return wire;
  return recordingWire(wire, { file: record, key: apiKey, keepImages: recordImages ?? false });
}
