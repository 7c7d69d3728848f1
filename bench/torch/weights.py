"""Reads a safetensors file (8 bytes of header length, a JSON header, raw data) without the safetensors package."""

import json
import math

import torch

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def read_safetensors(path):
    """Every tensor of the file as float32."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    return {name: _tensor(data, **about) for name, about in header.items()}


def _tensor(data, dtype, shape, data_offsets):
    kind = DTYPES[dtype]
    return torch.frombuffer(data, dtype=kind, count=math.prod(shape), offset=data_offsets[0]).reshape(shape).float()


def read_raw(path, shape):
    """Little-endian float32, row-major."""
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32).reshape(shape)
