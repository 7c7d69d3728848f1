import { describe, expect, test } from "vitest";
import { type Backend, matmulOn, providersFor, RUNTIME, type Runtime } from "../../../src/engine/onnx/devices.ts";

const CPU: Backend = { name: "cpu", installed: true };
const CUDA: Backend = { name: "cuda", installed: true };

/** A machine on which these providers answer. */
function machine(backends: readonly Backend[], answering: readonly string[]): Runtime & { probed: string[] } {
  const probed: string[] = [];
  return {
    probed,
    backends: () => backends,
    probe: async (provider) => {
      probed.push(provider);
      return answering.includes(provider) ? undefined : "no adapter";
    },
  };
}

describe("the choice of a device", () => {
  test.each<[string, string | undefined, Runtime, string[]]>([
    ["the CPU by default", undefined, machine([CPU], ["cpu"]), ["cpu"]],
    ["CUDA by itself where it answers", "auto", machine([CPU, CUDA], ["cpu", "cuda"]), ["cuda", "cpu"]],
    ["the CPU where CUDA does not answer", "auto", machine([CPU, CUDA], ["cpu"]), ["cpu"]],
    ["the CPU whatever else there is", "cpu", machine([CPU, CUDA], ["cpu", "cuda"]), ["cpu"]],
    [
      "what was asked for, the CPU behind it",
      "directml",
      machine([CPU, { name: "dml", installed: true }], ["dml"]),
      ["dml", "cpu"],
    ],
  ])("%s", async (_name, device, runtime, providers) => {
    expect(await providersFor(device, runtime)).toEqual(providers);
  });

  test("auto does not try a CUDA whose libraries are missing: it would only complain", async () => {
    const runtime = machine([CPU, { name: "cuda", installed: false }], ["cpu", "cuda"]);
    expect(await providersFor("auto", runtime)).toEqual(["cpu"]);
    expect(runtime.probed).toEqual([]);
  });

  test("one that does not answer is refused with the reason and what there is", async () => {
    const runtime = machine([CPU, CUDA, { name: "webgpu", installed: true }], ["cuda"]);
    await expect(providersFor("webgpu", runtime)).rejects.toMatchObject({
      code: "device-missing",
      message: "Expected the device webgpu, it does not answer: no adapter",
      hint: "Devices that answer here: cpu, cuda. WebGPU needs a GPU with its driver, on Linux Vulkan's loader too (libvulkan1). More: docs/devices.md.",
    });
  });

  test("one that is not built in is not probed", async () => {
    const runtime = machine([CPU], []);
    await expect(providersFor("coreml", runtime)).rejects.toMatchObject({
      code: "device-missing",
      message: expect.stringContaining("not part of this build"),
      hint: "Devices that answer here: cpu. Core ML is for macOS. More: docs/devices.md.",
    });
    expect(runtime.probed).toEqual([]);
  });

  test("one whose libraries are missing is not tried, nor named among those that answer", async () => {
    const runtime = machine([CPU, { name: "cuda", installed: false }], ["cuda"]);
    await expect(providersFor("cuda", runtime)).rejects.toMatchObject({
      message: "Expected the device cuda, it does not answer: its libraries are not installed",
      hint: expect.stringMatching(/answer here: cpu\. CUDA needs .*npm rebuild onnxruntime-node/),
    });
    expect(runtime.probed).toEqual([]);
  });

  test("a word that is no device", async () => {
    await expect(providersFor("gpu", RUNTIME)).rejects.toMatchObject({
      code: "usage",
      message: 'Expected the device auto, cpu, cuda, webgpu, coreml, directml, got "gpu"',
      hint: "auto takes CUDA where it answers, else the CPU.",
    });
  });

  test("16-bit products where the device has them, never on the CPU", async () => {
    const runtime = machine([CPU, CUDA], ["cuda"]);
    expect(await matmulOn(["cuda", "cpu"], runtime)).toBe("float16");
    expect(await matmulOn(["webgpu", "cpu"], runtime)).toBe("float32");
    expect(await matmulOn(["cpu"], runtime)).toBe("float32");
    expect(runtime.probed).toEqual(["cuda", "webgpu"]);
  });

  test("the real runtime has a CPU and says why another does not run", async () => {
    expect(RUNTIME.backends()).toContainEqual({ name: "cpu", installed: true });
    expect(await RUNTIME.probe("cpu")).toBeUndefined();
    expect(await RUNTIME.probe("no-such-provider")).toMatch(/backend not found/);
  });
});
