/** From a graph to ONNX bytes. Weights become external data: location, offset and length inside the safetensors file. */
import onnxProto from "onnx-proto";
import { evaluateDim, type Shape } from "../graph/dim.ts";
import { opRow } from "../graph/ops.ts";
import { leavesOf, nodesOf } from "../graph/order.ts";
import type { Node, Value } from "../graph/value.ts";
import { verify } from "../graph/verify.ts";
import type { WeightRef, WeightSlice } from "../weights/source.ts";
import { isHalfProduct } from "./half-products.ts";
import { type AttributeValue, attributeOf, ELEMENT, valueInfo } from "./proto.ts";
import { CONTRIB, emitRotation, type Rotation } from "./rotation.ts";
import { joined, SizeVectors } from "./sizes.ts";

const { onnx } = onnxProto;
const OPSET = 20;
const IR_VERSION = 9;

export interface EmittedModel {
  readonly bytes: Uint8Array;
  /** Weight files by the name that the model calls them; they must lie beside the model under that name. */
  readonly files: ReadonlyMap<string, string>;
}

export interface EmitOptions {
  /** Number type of the factors of linear layers and of attention's products. "float16": each factor is rounded, the
   * device sums as it does, the result returns to float32; biases, norms, softmax, residuals and the resizing of features
   * stay float32. Default "float32". */
  readonly matmul?: "float32" | "float16";
  /** How rotations are written. Default "parts", standard ONNX. */
  readonly rotation?: Rotation;
}

/** Throws TypeError when the graph is inconsistent (see verify). */
export function emit(outputs: Readonly<Record<string, Value>>, options: EmitOptions = {}): EmittedModel {
  verify(outputs);
  return new Emitter(outputs, options).model();
}

class Emitter {
  readonly #outputs: Readonly<Record<string, Value>>;
  readonly #names = new Map<Value, string>();
  readonly #nodes: onnxProto.onnx.INodeProto[] = [];
  readonly #initializers: onnxProto.onnx.ITensorProto[] = [];
  readonly #inputs: onnxProto.onnx.IValueInfoProto[] = [];
  readonly #files = new Map<string, string>();
  readonly #half: boolean;
  readonly #rotation: Rotation;
  /** What rotations share. */
  readonly #shared = new Map<string, string>();
  /** Weights that are not stored as float32, as they are stored. */
  readonly #weights = new Map<Value, string>();
  /** Values as float16. */
  readonly #halves = new Map<Value, string>();
  readonly #sizes = new SizeVectors({
    emit: (...call) => this.#emit(...call),
    constant: (vector) => this.#integerConstant(vector),
  });
  #next = 0;

  constructor(outputs: Readonly<Record<string, Value>>, { matmul, rotation = "parts" }: EmitOptions) {
    this.#outputs = outputs;
    this.#rotation = rotation;
    this.#half = matmul === "float16";
  }

  model(): EmittedModel {
    const values = Object.values(this.#outputs);
    for (const leaf of leavesOf(values)) this.#leaf(leaf);
    const used = new Set([...nodesOf(values).flatMap((node) => node.inputs), ...values]);
    for (const node of nodesOf(values)) this.#node(node, used);
    const outputs = Object.entries(this.#outputs).map(([name, value]) => this.#output(name, value));
    const graph = { name: "dragflow", node: this.#nodes, initializer: this.#initializers, input: this.#inputs };
    const model = onnx.ModelProto.create({
      irVersion: IR_VERSION,
      opsetImport: [
        { domain: "", version: OPSET },
        ...(this.#rotation === "fused" ? [{ domain: CONTRIB, version: 1 }] : []),
      ],
      producerName: "dragflow-agent",
      graph: { ...graph, output: outputs },
    });
    return { bytes: onnx.ModelProto.encode(model).finish(), files: this.#files };
  }

  #leaf(value: Value): void {
    switch (value.origin.type) {
      case "input":
        this.#input(value, value.origin.name);
        return;
      case "weight":
        this.#weight(value, value.origin.ref);
        return;
      case "constant":
        this.#names.set(value, this.#floats(value.shape, value.origin.data));
        return;
      case "node":
        throw new TypeError("A node's output is not a leaf");
    }
  }

  /** Converted when it is first asked for in another type than the stored one. */
  #weight(value: Value, ref: WeightRef): void {
    const stored = this.#stored(ref);
    if (ref.dtype === "F16") this.#halves.set(value, stored);
    if (ref.dtype === "F32") this.#names.set(value, stored);
    else this.#weights.set(value, stored);
  }

  #input(value: Value, name: string): void {
    this.#names.set(value, name);
    this.#inputs.push(valueInfo(name, value.shape));
    this.#sizes.shown(name, value.shape);
  }

  #floats(shape: Shape, data: Float32Array): string {
    const name = this.#fresh("c");
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dataType: ELEMENT.F32, dims: shape.map(Number), rawData });
    return name;
  }

  /** As it is stored; of several parts the whole. */
  #stored(ref: WeightRef): string {
    const parts = ref.parts.map((part, i) => this.#slice(part, `weight ${ref.name} ${i}`));
    return joined(parts, (...call) => this.#emit(...call));
  }

  #slice(part: WeightSlice, name: string): string {
    const location = this.#location(part.file);
    this.#initializers.push({
      name,
      dataType: ELEMENT[part.dtype],
      dims: [...part.shape],
      dataLocation: 1,
      externalData: [
        { key: "location", value: location },
        { key: "offset", value: String(part.offset) },
        { key: "length", value: String(part.length) },
      ],
    });
    return name;
  }

  #location(file: string): string {
    for (const [location, known] of this.#files) if (known === file) return location;
    const location = `weights-${this.#files.size}.safetensors`;
    this.#files.set(location, file);
    return location;
  }

  #node(node: Node, used: ReadonlySet<Value>): void {
    if (this.#half && isHalfProduct(node)) {
      this.#halfProduct(node);
      return;
    }
    if (node.op === "rotate") {
      this.#turn(node);
      return;
    }
    const row = opRow(node.op);
    const { attributes = {}, integers = [] } = row.lower?.(node.attributes, node.inputs, node.outputs) ?? {};
    const inputs = node.inputs.map((value) => this.#name(value));
    for (const vector of integers) inputs.push(vector === null ? "" : this.#sizes.vector(vector));
    const last = node.outputs.findLastIndex((output, i) => i === 0 || used.has(output));
    const outputs = node.outputs.slice(0, last + 1).map((output) => {
      const name = this.#fresh("v");
      this.#names.set(output, name);
      return name;
    });
    this.#push(row.onnx, inputs, outputs, attributes);
  }

  #turn(node: Node): void {
    const [x, cos, sin] = node.inputs as readonly [Value, Value, Value]; // as its row's tuple says
    const emitter = {
      emit: this.#emit.bind(this),
      contrib: (op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>>) =>
        this.#emit(op, inputs, attributes, CONTRIB),
      floats: this.#floats.bind(this),
      integers: (vector: Shape) => this.#sizes.vector(vector),
      once: (key: string, make: () => string) => {
        const name = this.#shared.get(key) ?? make();
        this.#shared.set(key, name);
        return name;
      },
    };
    const [output] = node.outputs as readonly [Value];
    const turned = { name: this.#name(x), heads: Number(x.dim(1)), features: Number(x.dim(2)) };
    this.#names.set(output, emitRotation(emitter, turned, [this.#name(cos), this.#name(sin)], this.#rotation));
  }

  #halfProduct(node: Node): void {
    const row = opRow(node.op);
    const { attributes = {} } = row.lower?.(node.attributes, node.inputs, node.outputs) ?? {};
    const [a, b, bias] = node.inputs;
    const [output] = node.outputs;
    if (a === undefined || b === undefined || output === undefined) throw new TypeError(`${node.op} is no product`);
    const product = this.#emit(row.onnx, [this.#halfName(a), this.#halfName(b)], attributes);
    const result = this.#emit("Cast", [product], { to: ELEMENT.F32 });
    this.#names.set(output, bias === undefined ? result : this.#emit("Add", [result, this.#name(bias)]));
  }

  #integerConstant(vector: readonly number[]): string {
    const name = this.#fresh("i");
    const rawData = new Uint8Array(BigInt64Array.from(vector.map(BigInt)).buffer);
    this.#initializers.push({ name, dataType: ELEMENT.int64, dims: [vector.length], rawData });
    return name;
  }

  #output(name: string, value: Value): onnxProto.onnx.IValueInfoProto {
    this.#push("Identity", [this.#name(value)], [name], {});
    return valueInfo(name, value.shape);
  }

  #emit(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    domain = "",
  ): string {
    const name = this.#fresh("t");
    this.#push(op, inputs, [name], attributes, domain);
    return name;
  }

  #push(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    domain = "",
  ): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(opType, name, value));
    this.#nodes.push({
      opType,
      domain,
      name: `${opType}_${this.#nodes.length}`,
      input: [...inputs],
      output: [...outputs],
      attribute,
    });
  }

  #name(value: Value): string {
    const name = this.#names.get(value) ?? this.#cast(value, ELEMENT.F32);
    this.#names.set(value, name);
    return name;
  }

  #halfName(value: Value): string {
    const name = this.#halves.get(value) ?? this.#cast(value, ELEMENT.F16);
    this.#halves.set(value, name);
    return name;
  }

  #cast(value: Value, to: number): string {
    const name = this.#weights.get(value) ?? this.#names.get(value);
    if (name === undefined) throw new TypeError("A value is used before it is computed");
    return this.#emit("Cast", [name], { to });
  }

  /** A name of the emitter's own; the space keeps it apart from those of inputs, weights and outputs. */
  #fresh(prefix: string): string {
    return `${prefix} ${this.#next++}`;
  }
}

/** Concrete sizes of an output once the inputs' sizes are known. */
export function concreteShape(shape: Shape, sizes: ReadonlyMap<string, number>): number[] {
  return shape.map((size) => evaluateDim(size, sizes));
}
