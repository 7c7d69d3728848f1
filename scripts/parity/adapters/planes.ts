/** Tensors of one picture as planes and back. */
import type { Planes } from "../../../src/engine/drag/resize.ts";
import type { Tensor } from "../case.ts";

/** (1, C, H, W) without its batch axis. */
export function planesOf({ shape, data }: Tensor): Planes {
  const [batch, channels, height, width, ...rest] = shape;
  if (batch !== 1 || channels === undefined || height === undefined || width === undefined || rest.length > 0) {
    throw new Error(`Expected a tensor (1, C, H, W), got [${shape.join(", ")}]`);
  }
  return { channels, height, width, data };
}

export function tensorOfPlanes({ channels, height, width, data }: Planes): Tensor {
  return { shape: [1, channels, height, width], data };
}

/** Tensors of equal shape behind one another on the first axis. */
export function stack(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (!first) throw new Error("Expected at least one tensor to stack, got none");
  const [rows = 1, ...rest] = first.shape;
  const data = new Float32Array(tensors.length * first.data.length);
  tensors.forEach((tensor, i) => {
    data.set(tensor.data, i * first.data.length);
  });
  return { shape: [tensors.length * rows, ...rest], data };
}
