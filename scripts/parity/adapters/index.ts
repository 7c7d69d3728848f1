/** Which code of the product answers each kind of case. */
import type { Adapter } from "../case.ts";
import { affine } from "./affine.ts";
import { autoencoderDc, autoencoderKl, taef1 } from "./autoencoders.ts";
import { dift } from "./dift.ts";
import { dragbenchLoader } from "./dragbench-loader.ts";
import { dragflow } from "./dragflow.ts";
import { editableMask } from "./editable-mask.ts";
import { fillInput } from "./fill-input.ts";
import { fireflow } from "./fireflow.ts";
import { fluxForward } from "./flux-forward.ts";
import { fluxVjp } from "./flux-vjp.ts";
import { instantCharacter } from "./instantcharacter.ts";
import { instantxIp } from "./instantx-ip.ts";
import { ifMetrics, lpips, mdMatch } from "./metrics.ts";
import { opVjp } from "./op-vjp.ts";
import { regionWeightsKind } from "./region-weights.ts";
import { subjectAdapter } from "./subject-adapter.ts";
import { clipText, t5Encoder } from "./text-encoders.ts";
import { clipVision, dinov2Vision, siglipVision, twoTowers } from "./vision-towers.ts";
import { xlabsIp } from "./xlabs-ip.ts";

/** All kinds of the READMEs of test/fixtures/parity and parity-own. */
export const KINDS = [
  "flux-forward",
  "flux-vjp",
  "fireflow",
  "dragflow",
  "affine",
  "editable-mask",
  "region-weights",
  "autoencoder-kl",
  "autoencoder-dc",
  "taef1",
  "fill-input",
  "clip-text",
  "t5-encoder",
  "xlabs-ip",
  "instantcharacter",
  "lpips",
  "if-metrics",
  "md-match",
  "dragbench-loader",
  "op-vjp",
  "subject-adapter",
  "instantx-ip",
  "clip-vision",
  "siglip-vision",
  "dinov2-vision",
  "two-towers",
  "dift",
] as const;

export const ADAPTERS: Readonly<Partial<Record<(typeof KINDS)[number], Adapter>>> = {
  affine,
  "autoencoder-dc": autoencoderDc,
  "autoencoder-kl": autoencoderKl,
  taef1,
  "clip-text": clipText,
  dift,
  "dragbench-loader": dragbenchLoader,
  dragflow,
  "editable-mask": editableMask,
  "fill-input": fillInput,
  fireflow,
  "flux-forward": fluxForward,
  "flux-vjp": fluxVjp,
  instantcharacter: instantCharacter,
  "instantx-ip": instantxIp,
  "clip-vision": clipVision,
  "siglip-vision": siglipVision,
  "dinov2-vision": dinov2Vision,
  "two-towers": twoTowers,
  "if-metrics": ifMetrics,
  lpips,
  "md-match": mdMatch,
  "op-vjp": opVjp,
  "region-weights": regionWeightsKind,
  "t5-encoder": t5Encoder,
  "subject-adapter": subjectAdapter,
  "xlabs-ip": xlabsIp,
};
