/** Pieces of an ONNX model's protocol buffers. */
import onnxProto from "onnx-proto";
import type { Shape } from "../graph/dim.ts";

const { onnx } = onnxProto;

/** Element types by the numbers that ONNX gives them. */
export const ELEMENT = { F32: 1, F16: 10, BF16: 16, int64: 7 } as const;

export type AttributeValue = number | string | readonly number[];

/** ONNX attributes that are floating point even when the number is whole. */
const FLOAT_ATTRIBUTES = new Set(["epsilon", "alpha", "beta"]);

export function attributeOf(opType: string, name: string, value: AttributeValue): onnxProto.onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === "string") return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (typeof value !== "number") return { name, type: AttributeType.INTS, ints: [...value] };
  if (FLOAT_ATTRIBUTES.has(name)) return { name, type: AttributeType.FLOAT, f: value };
  if (!Number.isInteger(value)) throw new TypeError(`Expected a whole number for ${opType}.${name}, got ${value}`);
  return { name, type: AttributeType.INT, i: value };
}

export function valueInfo(name: string, shape: Shape): onnxProto.onnx.IValueInfoProto {
  const dims = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT.F32, shape: { dim: dims } } } };
}
