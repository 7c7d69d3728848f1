/** Is 8-bit weight-only worth it on the CPU? One linear layer of FLUX's width on a picture's tokens, with its weights as
 * float32, as bfloat16 converted in every run (what block by block does), as int8 through DequantizeLinear, and as int8
 * blocks through MatMulNBits: `node --import tsx scripts/weight-only.ts [tokens]`. */
import onnxProto from "onnx-proto";
import * as ort from "onnxruntime-node";
import { gaussian } from "../src/engine/edit/noise.ts";
import { floatToBfloat } from "../src/engine/weights/half.ts";

const { onnx } = onnxProto;
const WIDTH = 3072;
const BLOCK = 128;
const RUNS = 5;
const tokens = Number(process.argv[2] ?? 1280);
const TYPE = { F32: 1, U8: 2, I8: 3, I64: 7, BF16: 16 } as const;

type Node = onnxProto.onnx.INodeProto;
type Tensor = onnxProto.onnx.ITensorProto;
const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const tensor = (name: string, dataType: number, dims: number[], array: ArrayBufferView): Tensor => {
  return { name, dataType, dims, rawData: bytes(array) };
};
const int = (name: string, i: number) => ({ name, type: onnx.AttributeProto.AttributeType.INT, i });

const weights = gaussian(WIDTH * WIDTH, 1).map((value) => value / Math.sqrt(WIDTH));

/** One scale per row. */
function perRow(): { values: Int8Array; scales: Float32Array } {
  const [values, scales] = [new Int8Array(weights.length), new Float32Array(WIDTH)];
  for (let row = 0; row < WIDTH; row++) {
    const part = weights.subarray(row * WIDTH, (row + 1) * WIDTH);
    const scale = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    scales[row] = scale;
    for (const [i, value] of part.entries()) values[row * WIDTH + i] = Math.round(value / scale);
  }
  return { values, scales };
}

/** One scale per 128 columns of a row; values are shifted by 128. */
function perBlock(): { values: Uint8Array; scales: Float32Array } {
  const [values, scales] = [new Uint8Array(weights.length), new Float32Array(weights.length / BLOCK)];
  for (let block = 0; block < scales.length; block++) {
    const part = weights.subarray(block * BLOCK, (block + 1) * BLOCK);
    const scale = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    scales[block] = scale;
    for (const [i, value] of part.entries()) values[block * BLOCK + i] = Math.round(value / scale) + 128;
  }
  return { values, scales };
}

const gemm = (weight: string): Node => ({
  opType: "Gemm",
  input: ["x", weight],
  output: ["y"],
  attribute: [int("transB", 1)],
});

function variants(): Record<
  string,
  { nodes: Node[]; initializers: Tensor[]; stored: number; forward?: true; packed?: true }
> {
  const [row, block] = [perRow(), perBlock()];
  const nBits = (level: number): Node => ({
    opType: "MatMulNBits",
    domain: "com.microsoft",
    input: ["x", "w", "s"],
    output: ["y"],
    attribute: [
      int("K", WIDTH),
      int("N", WIDTH),
      int("bits", 8),
      int("block_size", BLOCK),
      int("accuracy_level", level),
    ],
  });
  const blocks = [
    tensor("w", TYPE.U8, [WIDTH, WIDTH / BLOCK, BLOCK], block.values),
    tensor("s", TYPE.F32, [block.scales.length], block.scales),
  ];
  return {
    "float32 Gemm": { nodes: [gemm("w")], initializers: [tensor("w", TYPE.F32, [WIDTH, WIDTH], weights)], stored: 4 },
    "bfloat16 Cast + Gemm": {
      nodes: [{ opType: "Cast", input: ["w"], output: ["f"], attribute: [int("to", TYPE.F32)] }, gemm("f")],
      initializers: [tensor("w", TYPE.BF16, [WIDTH, WIDTH], floatToBfloat(weights))],
      stored: 2,
    },
    "int8 DequantizeLinear + Gemm": {
      nodes: [{ opType: "DequantizeLinear", input: ["w", "s"], output: ["f"], attribute: [int("axis", 0)] }, gemm("f")],
      initializers: [tensor("w", TYPE.I8, [WIDTH, WIDTH], row.values), tensor("s", TYPE.F32, [WIDTH], row.scales)],
      stored: 1,
    },
    "int8 MatMulNBits, float32 sums": { nodes: [nBits(1)], initializers: blocks, stored: 1, forward: true },
    "int8 MatMulNBits, int8 activations": { nodes: [nBits(4)], initializers: blocks, stored: 1, forward: true },
    "the same, packed in memory": { nodes: [nBits(4)], initializers: blocks, stored: 1, forward: true, packed: true },
  };
}

async function run(
  nodes: Node[],
  initializer: Tensor[],
  packed: boolean,
): Promise<{ y: Float32Array; milliseconds: number }> {
  const shape = (rows: number) => ({ dim: [{ dimValue: rows }, { dimValue: WIDTH }] });
  const value = (name: string) => ({ name, type: { tensorType: { elemType: TYPE.F32, shape: shape(tokens) } } });
  const model = onnx.ModelProto.create({
    irVersion: 9,
    opsetImport: [
      { domain: "", version: 20 },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: { name: "layer", node: nodes, initializer, input: [value("x")], output: [value("y")] },
  });
  const session = await ort.InferenceSession.create(onnx.ModelProto.encode(model).finish(), {
    intraOpNumThreads: 2,
    enableCpuMemArena: false,
    logSeverityLevel: 3,
    extra: {
      session: { disable_prepacking: packed ? "0" : "1" },
      optimization: { disable_specified_optimizers: "ConstantFolding" },
    },
  });
  const feeds = { x: new ort.Tensor("float32", gaussian(tokens * WIDTH, 2), [tokens, WIDTH]) };
  const times: number[] = [];
  let y = new Float32Array();
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    const result = await session.run(feeds);
    times.push(performance.now() - start);
    y = Float32Array.from(result.y?.data as Float32Array); // the model's only output
  }
  await session.release();
  return { y, milliseconds: Math.min(...times) };
}

const all = variants();
let exact: Float32Array | undefined;
for (const [name, { nodes, initializers, stored, forward, packed }] of Object.entries(all)) {
  try {
    const { y, milliseconds } = await run(nodes, initializers, packed === true);
    exact ??= y;
    const reference = exact;
    const error = Math.sqrt(
      y.reduce((sum, v, i) => sum + (v - (reference[i] ?? 0)) ** 2, 0) / reference.reduce((sum, v) => sum + v * v, 0),
    );
    const mib = (stored * WIDTH * WIDTH) / 2 ** 20;
    process.stdout.write(
      `| ${name} | ${mib.toFixed(0)} MiB | ${milliseconds.toFixed(0)} ms | ${error.toExponential(1)} | ${forward ? "forward only" : "both ways"} |\n`,
    );
  } catch (error) {
    process.stdout.write(`| ${name} | fails: ${error instanceof Error ? error.message.split("\n")[0] : error} |\n`);
  }
}
