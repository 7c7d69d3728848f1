/** A stage of convolutions and group norms on a plane, piece by piece, with the result of the whole plane. */
import type { Value } from "../graph/value.ts";
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import type { WeightSource } from "../weights/source.ts";
import { cropPlane, type Piece, pastePlane, piecesOf, type Tiling } from "./autoencoder-tiles.ts";
import {
  averaged,
  countFeeds,
  disagreement,
  measured,
  type Normalise,
  type NormSite,
  type NormStatistics,
  ownNorms,
  sharedNorms,
  statisticFeeds,
} from "./shared-norms.ts";

export interface Stage {
  /** Name of its one input, a plane [1, C, H, W]. */
  readonly input: string;
  /** Input places per latent, and output places per input place. */
  readonly unit: number;
  readonly grow: number;
  build(params: Params, normalise: Normalise): Value;
}

/** Rounds of measuring end when no statistic changes by more than this many deviations, or after `Tiling.rounds`. Every
 * round makes one norm more exact, whatever the network; on networks trained on pictures all come near at once. */
const AGREEMENT = 5e-3;
const ROUNDS = 6;

export class SharedPieces {
  readonly #stage: Stage;
  readonly #source: WeightSource;
  readonly #tiling: Tiling;
  readonly #graphs: Readonly<Record<"own" | "measure" | "result", LazyGraph>>;
  readonly #sites = new Map<string, NormSite>();

  constructor(stage: Stage, source: WeightSource, options: CompileOptions, tiling: Tiling) {
    [this.#stage, this.#source, this.#tiling] = [stage, source, tiling];
    const lazy = (outputs: () => Record<string, Value>) => new LazyGraph(() => compile(outputs(), options));
    this.#graphs = {
      own: lazy(() => this.#build(ownNorms).norms),
      measure: lazy(() => this.#shared().norms),
      result: lazy(() => ({ result: this.#shared().result })),
    };
  }

  /** A plane whose sides are multiples of `unit`. Its graphs hold the stage's weights each, so that only one is open at a
   * time, and none afterwards. */
  async run(x: Tensor): Promise<Tensor> {
    try {
      return await this.#run(x);
    } finally {
      await this.release();
    }
  }

  async #run(x: Tensor): Promise<Tensor> {
    const { unit, grow } = this.#stage;
    const [, , height = 0, width = 0] = x.shape;
    const size = [height / unit, width / unit] as const;
    const pieces = piecesOf(...size, this.#tiling);
    const statistics = await this.#statistics(x, pieces, size);
    const graph = await this.#graphs.result.get();
    let out: Tensor | undefined;
    for (const piece of pieces) {
      const feeds = { [this.#stage.input]: cropPlane(x, piece, unit), ...statisticFeeds(statistics) };
      const { result } = await graph.run(feeds);
      if (result === undefined) throw new TypeError("Expected the stage's result"); // named when compiled
      out ??= emptyPlane(result.shape[1] ?? 0, height * grow, width * grow);
      pastePlane(out, result, piece, unit * grow);
    }
    if (out === undefined) throw new TypeError("Expected a plane that is not empty");
    return out;
  }

  async release(): Promise<void> {
    await Promise.all(Object.values(this.#graphs).map((graph) => graph.release()));
  }

  /** Those of the whole plane: first each piece by itself, then all under what was found so far. */
  async #statistics(x: Tensor, pieces: readonly Piece[], size: readonly [number, number]): Promise<NormStatistics> {
    const { input, unit } = this.#stage;
    const all = async (kind: "own" | "measure", more: (piece: Piece) => Record<string, Tensor>) => {
      const graph = await this.#graphs[kind].get();
      const found: Record<string, Tensor>[] = [];
      for (const piece of pieces) found.push(await graph.run({ [input]: cropPlane(x, piece, unit), ...more(piece) }));
      return found;
    };
    let known = averaged(await all("own", () => ({})));
    await this.#graphs.own.release();
    for (let round = 0; round < (this.#tiling.rounds ?? ROUNDS); round++) {
      await this.#graphs.measure.get(); // knows its sites once it is built
      const feeds = statisticFeeds(known);
      const sums = await all("measure", (piece) => ({ ...feeds, ...countFeeds(this.#sites, piece) }));
      const next = measured(known, sums, this.#sites, size);
      const apart = disagreement(next, known);
      known = next;
      if (apart < AGREEMENT) break;
    }
    await this.#graphs.measure.release();
    return known;
  }

  #shared() {
    return this.#build((norms) => sharedNorms(norms, this.#sites));
  }

  #build(normalise: (norms: Record<string, Value>) => Normalise): { result: Value; norms: Record<string, Value> } {
    const norms: Record<string, Value> = {};
    return { result: this.#stage.build(new Params(this.#source), normalise(norms)), norms };
  }
}

function emptyPlane(channels: number, height: number, width: number): Tensor {
  return { shape: [1, channels, height, width], data: new Float32Array(channels * height * width) };
}
