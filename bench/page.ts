/** docs/performance.md: words around the tables of one run. */
import type { Report } from "./report.ts";
import type { Results } from "./sections.ts";
import {
  devTable,
  dragTable,
  editTable,
  growthTable,
  passTable,
  previewTable,
  stageTable,
  targetTable,
} from "./tables.ts";
import { targetsOf } from "./targets.ts";

/** A quiet machine's matrix product varies by less, from the middle to the best. */
const STEADY = 0.9;
const QUIET_LOAD = 0.7;

export function page(report: Report): string {
  const { results } = report;
  const parts = [head(report), ...failures(report), targets(report), ...sections(results)];
  return `${parts.join("\n\n")}\n`;
}

function head(report: Report): string {
  const { machine, gemm } = report;
  const { cpu, threads, memoryBytes, node, torch, commit, date } = machine;
  const python = torch === undefined ? "no PyTorch" : `PyTorch ${torch}`;
  return `# Performance

Written by \`npm run bench -- --write\` on ${date}, commit \`${commit}\`: ${cpu}, ${threads} threads, ${Math.round(memoryBytes / 2 ** 30)} GiB, Node ${node}, ${python}.
Nothing here is written by hand but the last part, what was tried (\`bench/tried.md\`).

Its matrix product (1024³, float32, onnxruntime) reached **${gemm.peak.toFixed(0)} GFLOP/s** at best and ${middle(gemm.samples).toFixed(0)} in the middle of ${gemm.samples.length} samples
taken between all other measurements: "of GEMM" divides by the samples beside each measurement, so that what else the machine does
hits both sides.${torchGemm(report)} ${noise(report)}
Figures are medians with the range of all rounds. FLOPs are those of matrix products and convolutions, counted ×2 from the graphs
that ran.

![drag iterations beside PyTorch, shares of the matrix product's rate, growth of costs](performance.svg)`;
}

function torchGemm({ gemm }: Report): string {
  return gemm.torch === undefined ? "" : ` PyTorch's own reached ${gemm.torch.toFixed(0)}.`;
}

function noise({ machine, gemm }: Report): string {
  const steadiness = middle(gemm.samples) / gemm.peak;
  const quiet = steadiness >= STEADY && machine.load <= QUIET_LOAD;
  if (quiet) return "The machine was quiet.";
  const why = `load ${machine.load.toFixed(1)} at the start, the middle sample ${(100 * steadiness).toFixed(0)} % of the best`;
  return `**The machine was not quiet (${why}): seconds are too high, and PyTorch, whose threads
wait actively for each other, looks slower than it is.**`;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function failures({ failed }: Report): string[] {
  return failed.map(({ part, message }) => `**The part "${part}" failed:** ${message.split("\n")[0]}`);
}

function targets({ results }: Report): string {
  return `## Targets

${targetTable(targetsOf(results))}

Of several measurements the worst counts. "Within noise": some rounds say otherwise than the median.`;
}

function sections({ drag, passes, edits, preview, flux, growth }: Results): string[] {
  return [
    drag ? `## A drag iteration beside PyTorch\n\n${DRAG}\n\n${dragTable(drag)}` : "",
    passes ? `## One pass through each network\n\n${passTable(passes)}` : "",
    edits ? `## Whole edits\n\n${EDITS}\n\n${editTable(edits)}\n\n${STAGES}\n\n${stageTable(edits)}` : "",
    preview ? `## A preview, stage by stage\n\n${PREVIEW}\n\n${previewTable(preview)}` : "",
    growth ? `## How costs grow\n\n${GROWTH}\n\n${growthTable(growth)}` : "",
    flux ? `## FLUX.1-dev, counted\n\n${FLUX}\n\n${devTable(flux)}` : "",
  ].filter((section) => section !== "");
}

const DRAG = `The same iteration of the embedded model on the same numbers: goals, features, masked L1, gradient, update. Loss and gradient
are compared before anything is timed (last column, relative; a residual whose sign falls otherwise in the last bit moves a gradient by
1e-4); rounds alternate, every other one backwards. *Straightforward* runs the whole transformer under autograd in every iteration,
as the published loop does, on frozen weights with fused attention and without its checkpoints, which would cost it more. *Trimmed* runs double
blocks up to the last feature, with everything that does not depend on the latents worked out before the loop in inference mode. *Cropped* is
trimmed with the loss in the region's box only. "Replay": K and V of the hooked blocks are constants. Scripts: \`bench/torch/\`.`;

const EDITS = `The shipped photo, each kind of edit in a process of its own. *Warm*: another seed, so that nothing is filled already; *cold*: the first
edit of the process; *again*: the same preview once more, its plate kept. *Bound*: GFLOP of all graphs that ran / (0.6 × GEMM beside it).`;

const STAGES = `By stage, warm; *picture* is everything without a network: decoding, preview, measuring, compositing, writing.
*Peak*: the most that the process took in its first edit, up to the end of that stage (*picture*: of the whole).`;

const PREVIEW = `The photo enlarged to one megapixel, warm.`;

const GROWTH = `cost ∝ x^exponent, by least squares on the logarithms. Pictures are the shipped photo enlarged, with grain; their preview is the
first edit of a picture in a warm engine. A session's edits are copies of a real one, files included.`;

const FLUX = `One iteration at FLUX.1-dev's dimensions with 256 text tokens, from our graphs (\`bench/flux-dev.ts\`). The published loop (docs/flux.md §5) runs the
whole transformer forward, throws the velocity away, and goes back through the double blocks, which its checkpoints compute a second time;
weights are frozen, so that going back costs a linear layer one product. Ours runs what the features need and nothing else;
for the targets the region is everywhere.`;
