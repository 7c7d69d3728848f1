"""Answers the bench: one JSON request a line on the standard input, one JSON answer a line on the standard output."""

import json
import os
import sys
import time

import torch

from loops import LOOPS, Case, drag


def opened(folder):
    with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
        case = Case(json.load(file), folder)
    return {name: make(case) for name, make in LOOPS.items()}


def gradient(loop, folder):
    """Loss and gradient at the start; the gradient goes to a file."""
    loss, grad = loop.gradient(loop.case.start, 0)
    with open(os.path.join(folder, "grad.raw"), "wb") as file:
        file.write(grad.contiguous().numpy().tobytes())
    return {"loss": loss}


def product(size, runs):
    """Seconds of the fastest of some matrix products of that size."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    best = float("inf")
    for _ in range(runs):
        begun = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - begun)
    return {"seconds": best}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    loops, folder = {}, None
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        what = request["do"]
        if what == "open":
            folder = request["folder"]
            loops = opened(folder)
            answer = {"loops": list(loops)}
        elif what == "gradient":
            answer = gradient(loops[request["loop"]], folder)
        elif what == "drag":
            _, losses, seconds = drag(loops[request["loop"]], request["iterations"])
            answer = {"losses": losses, "seconds": seconds}
        else:
            answer = product(request["size"], request["runs"])
        print(json.dumps(answer), flush=True)


main()
