/** AutoencoderKL on planes too large for memory: its middle, whose attention sees everything, whole at the latents' size;
 * what lies between that and the picture in pieces under norms that they share. */
import type { Value } from "../graph/value.ts";
import { input } from "../graph/value.ts";
import { TiledAttention } from "../layered/attention.ts";
import { ATTENTION_BYTES } from "../layered/limits.ts";
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import { SessionPool } from "../onnx/session-pool.ts";
import type { WeightSource } from "../weights/source.ts";
import type { LargePlanes } from "./autoencoder.ts";
import type { KlBlocks, KlHooks } from "./autoencoder-kl-blocks.ts";
import type { KlConfig } from "./autoencoder-kl-config.ts";
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
import type { Tiling } from "./autoencoder-tiles.ts";
import { SharedPieces } from "./shared-pieces.ts";

export class KlPieces implements LargePlanes {
  readonly #down: SharedPieces;
  readonly #end: WholeStage;
  readonly #begin: WholeStage;
  readonly #up: SharedPieces;

  constructor(config: KlConfig, source: WeightSource, options: CompileOptions, tiling: Tiling) {
    const scale = compressionOf(config);
    const deep = () => input("deep", [1, config.block_out_channels.at(-1) ?? 0, "lh", "lw"]);
    const net = (half: "encoder" | "decoder") => (params: Params, hooks: KlHooks) =>
      klBlocks(half, params, config, hooks);
    const [encoder, decoder] = [net("encoder"), net("decoder")];
    this.#down = new SharedPieces(
      {
        input: "image",
        unit: scale,
        grow: 1 / scale,
        build: (params, normalise) => encoderDown(encoder(params, { normalise }), config, imageInput(config)),
      },
      source,
      options,
      tiling,
    );
    this.#end = new WholeStage("deep", encoder, (blocks) => encoderEnd(blocks, config, deep()).mean, source, options);
    this.#begin = new WholeStage(
      "latent",
      decoder,
      (blocks) => decoderBegin(blocks, config, latentInput(config)),
      source,
      options,
    );
    this.#up = new SharedPieces(
      {
        input: "deep",
        unit: 1,
        grow: scale,
        build: (params, normalise) => decoderUp(decoder(params, { normalise }), config, deep()),
      },
      source,
      options,
      tiling,
    );
  }

  async encode(image: Tensor): Promise<Tensor> {
    return this.#end.run(await this.#down.run(image));
  }

  async decode(latent: Tensor): Promise<Tensor> {
    return this.#up.run(await this.#begin.run(latent));
  }

  async release(): Promise<void> {
    for (const stage of [this.#down, this.#end, this.#begin, this.#up]) await stage.release();
  }
}

/** A stage with one attention over the whole plane, cut there. */
class WholeStage {
  readonly #input: string;
  readonly #before: LazyGraph<"q" | "k" | "v">;
  readonly #after: LazyGraph<"result">;
  readonly #pool: SessionPool;
  readonly #attention: TiledAttention;

  constructor(
    name: string,
    blocks: (params: Params, hooks: KlHooks) => KlBlocks,
    build: (blocks: KlBlocks) => Value,
    source: WeightSource,
    options: CompileOptions,
  ) {
    this.#input = name;
    this.#pool = new SessionPool(0, options);
    this.#attention = new TiledAttention(this.#pool, ATTENTION_BYTES);
    const cut = () => {
      const seen: { q?: Value; k?: Value; v?: Value } = {};
      const attend = (q: Value, k: Value, v: Value) => {
        Object.assign(seen, { q, k, v });
        return input("attended", q.shape);
      };
      const result = build(blocks(new Params(source), { attend }));
      return { result, ...(seen as { q: Value; k: Value; v: Value }) }; // every stage has one attention
    };
    this.#before = new LazyGraph(async () => {
      const { q, k, v } = cut();
      return compile({ q, k, v }, options);
    });
    this.#after = new LazyGraph(async () => compile({ result: cut().result }, options));
  }

  async run(x: Tensor): Promise<Tensor> {
    const heads = await (await this.#before.get()).run({ [this.#input]: x });
    const attended = await this.#attention.forward(heads);
    return (await (await this.#after.get()).run({ [this.#input]: x, attended })).result;
  }

  async release(): Promise<void> {
    await Promise.all([this.#before.release(), this.#after.release(), this.#pool.release()]);
  }
}
