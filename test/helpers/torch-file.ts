/** Files as torch.save writes them, by hand: to be wrong in one place. */
export interface ZipPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** 8 claims deflate. */
  readonly method?: number;
}

/** A stored zip archive without checksums; `wide` puts every number into zip64 fields, as torch does beyond 4 GB. */
export function zip(parts: readonly ZipPart[], wide = false): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const padding = Buffer.alloc(11); // extra bytes of the local header alone, as torch's alignment
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(name.length, 26);
    header.writeUInt16LE(padding.length, 28);
    local.push(header, name, padding, Buffer.from(part.bytes));
    central.push(record(part, name, at, wide));
    at += 30 + name.length + padding.length + part.bytes.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...local, directory, ...ending(parts.length, directory.length, at, wide)]);
}

function record({ bytes, method = 0 }: ZipPart, name: Buffer, at: number, wide: boolean): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(method, 10);
  header.writeUInt16LE(name.length, 28);
  const numbers = [bytes.length, bytes.length, at]; // size, compressed size, header
  for (const [i, place] of [24, 20, 42].entries()) header.writeUInt32LE(wide ? 0xffffffff : (numbers[i] ?? 0), place);
  const extra = Buffer.alloc(wide ? 28 : 0);
  if (wide) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    for (const [i, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 4 + 8 * i);
  }
  header.writeUInt16LE(extra.length, 30);
  return Buffer.concat([header, name, extra]);
}

function ending(count: number, length: number, offset: number, wide: boolean): Buffer[] {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(wide ? 0xffffffff : length, 12);
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16);
  if (!wide) return [end];
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(BigInt(length), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  return [end64, locator, end];
}

export interface PickledTensor {
  readonly storage?: string;
  readonly key: string;
  readonly start?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
}

/** A protocol 2 pickle of {name: tensor}. */
export function statePickle(tensors: Readonly<Record<string, PickledTensor>>): Buffer {
  const items = Object.entries(tensors).flatMap(([name, tensor]) => [text(name), tensorOps(tensor)]);
  return Buffer.concat([Buffer.from([0x80, 2]), op("}"), op("("), ...items, op("u"), op(".")]);
}

function tensorOps({ storage = "FloatStorage", key, start = 0, shape, strides = rowMajor(shape) }: PickledTensor) {
  const id = [op("("), text("storage"), global("torch", storage), text(key), text("cpu"), integer(0), op("t"), op("Q")];
  const hooks = [global("collections", "OrderedDict"), op(")"), op("R")];
  const args = [op("("), ...id, integer(start), tuple(shape), tuple(strides), Buffer.from([0x89]), ...hooks, op("t")];
  return Buffer.concat([global("torch._utils", "_rebuild_tensor_v2"), ...args, op("R")]);
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

export function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`);
}

function op(code: string): Buffer {
  return Buffer.from(code);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5, "J");
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function tuple(values: readonly number[]): Buffer {
  return Buffer.concat([op("("), ...values.map(integer), op("t")]);
}

function text(value: string): Buffer {
  const length = Buffer.alloc(5, "X");
  length.writeUInt32LE(Buffer.byteLength(value), 1);
  return Buffer.concat([length, Buffer.from(value)]);
}
