"""Runs exported graphs with Python's onnxruntime and with onnx's reference evaluator, and compares: see onnx-python.ts."""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin : 8 + length + end], dtype="<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def with_onnxruntime(path, feeds):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


def with_reference(path, feeds):
    session = ReferenceEvaluator(onnx.load(str(path)))
    return dict(zip(session.output_names, session.run(None, feeds)))


def difference(found, expected):
    return float(np.max(np.abs(found.astype(np.float64) - expected)) / np.max(np.abs(expected)))


def main(folder):
    failed = False
    print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}")
    for case in json.loads((folder / "cases.json").read_text()):
        model = folder / case["name"] / "model.onnx"
        feeds = read_safetensors(folder / case["name"] / "feeds.safetensors")
        expected = read_safetensors(folder / case["name"] / "expected.safetensors")
        for engine, run in (("onnxruntime", with_onnxruntime), ("reference", with_reference)):
            found = run(model, feeds)
            errors = {name: difference(found[name], expected[name]) for name in expected}
            ok = all(error <= case["bound"] for error in errors.values())
            failed = failed or not ok
            listed = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
            print(f"{case['name']:20} {engine:12} {listed}  <= {case['bound']:.0e}  {'ok' if ok else 'FAIL'}")
    return 1 if failed else 0


sys.exit(main(Path(sys.argv[1])))
