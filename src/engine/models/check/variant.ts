/** Which FLUX a transformer is, by its sizes, and under what licence that one is published. */
import { conditionChannels, type FluxConfig, hiddenWidth } from "../flux-config.ts";

export interface Variant {
  readonly name: string;
  /** A hint, no advice: the licence that came with the files counts. */
  readonly licence: string;
}

const NON_COMMERCIAL = "FLUX.1 [dev] Non-Commercial License: no commercial use of the model";
const APACHE = "Apache-2.0 as published by Black Forest Labs";
const FLUX_WIDTH = 3072;
const FLUX_SINGLES = 38;

/** `pipeline` is `_class_name` of model_index.json, which tells models of one shape apart. */
export function variantOf(config: FluxConfig, pipeline?: string): Variant {
  const { doubles, singles, guidance } = config;
  const own = { name: "a model of its own", licence: "see what came with the files" };
  if (hiddenWidth(config) !== FLUX_WIDTH || singles !== FLUX_SINGLES) return own;
  if (doubles === 8) return { name: "FLUX.1-lite-8B", licence: NON_COMMERCIAL };
  if (doubles !== 19) return own;
  const condition = conditionChannels(config);
  if (condition === 320) return { name: "FLUX.1 Fill [dev]", licence: NON_COMMERCIAL };
  if (condition === 64) return { name: "FLUX.1 Canny or Depth [dev]", licence: NON_COMMERCIAL };
  if (!guidance) return { name: "FLUX.1 [schnell], or a model of its shape", licence: APACHE };
  if (pipeline === "FluxKontextPipeline") return { name: "FLUX.1 Kontext [dev]", licence: NON_COMMERCIAL };
  return { name: "FLUX.1 [dev], or a model of its shape (Krea, Kontext)", licence: NON_COMMERCIAL };
}

export function sizesInWords(config: FluxConfig): string {
  const { doubles, singles, guidance, inChannels } = config;
  const blocks = `${doubles} double and ${singles} single blocks of width ${hiddenWidth(config)}`;
  return `${blocks}, ${inChannels} input channels, guidance ${guidance ? "embedded" : "none"}`;
}
