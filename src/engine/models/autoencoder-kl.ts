/** AutoencoderKL of FLUX (flux.md §2.1–2.2): picture ↔ latents at 1/2^(levels−1). */
import type { Value } from "../graph/value.ts";
import type { Params } from "../nn/params.ts";
import type { AutoencoderGraphs } from "./autoencoder.ts";
import type { KlConfig } from "./autoencoder-kl-config.ts";
import { KlPieces } from "./autoencoder-kl-pieces.ts";
import {
  compressionOf,
  decoderBegin,
  decoderUp,
  encoderDown,
  encoderEnd,
  imageInput,
  klBlocks,
  latentInput,
} from "./autoencoder-kl-stages.ts";

export { inferKlConfig, type KlConfig, parseKlConfig } from "./autoencoder-kl-config.ts";

export function klGraphs(config: KlConfig): AutoencoderGraphs {
  return {
    compression: compressionOf(config),
    latentChannels: config.latent_channels,
    scale: config.scaling_factor,
    shift: config.shift_factor,
    encoder: (params) => klMoments(params, config).mean,
    decoder: (params) => decoderGraph(params, config),
    large: (source, options, tiling) => new KlPieces(config, source, options, tiling),
  };
}

/** Input `image` [1, 3, f·lh, f·lw] in −1…1; outputs mean and log-variance [1, C, lh, lw] of the unscaled latent. */
export function klMoments(params: Params, config: KlConfig): { mean: Value; logvar: Value } {
  const net = klBlocks("encoder", params, config);
  return encoderEnd(net, config, encoderDown(net, config, imageInput(config)));
}

/** Input `latent` [1, C, lh, lw], unscaled; output the picture [1, 3, f·lh, f·lw], not clamped. */
function decoderGraph(params: Params, config: KlConfig): Value {
  const net = klBlocks("decoder", params, config);
  return decoderUp(net, config, decoderBegin(net, config, latentInput(config)));
}
