"""The scripted tour by a client in another language: PyPI's mcp over Streamable HTTP.

Usage: tour.py URL PHOTO. Prints one line about what held; exits non-zero with the first thing that did not.
"""

import asyncio
import base64
import io
import json
import sys
import urllib.request

from mcp import Client
from PIL import Image, ImageChops

MOTION = {"type": "relocation", "by": [24, -16]}


def expect(held, what, got):
    if not held:
        sys.exit(f"Expected {what}, got {got!r}")


async def ask(client, name, **arguments):
    result = await client.call_tool(name, arguments)
    expect(not result.is_error, f"{name} to answer", [block.model_dump() for block in result.content])
    expect(
        "base64" not in json.dumps(result.structured_content), "structured content without pixels", result.structured_content
    )
    return result.structured_content


async def picture(client, uri):
    [content] = (await client.read_resource(uri)).contents
    return Image.open(io.BytesIO(base64.b64decode(content.blob)))


def outside_is_identical(before, after, mask):
    changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).convert("L").point(lambda v: 255 * (v > 0))
    outside = ImageChops.multiply(changed, ImageChops.invert(mask.convert("L").point(lambda v: 255 * (v > 0))))
    return outside.getbbox() is None and changed.getbbox() is not None


async def tour(client, photo):
    tools = [tool.name for tool in (await client.list_tools()).tools]
    expect("start_edit" in tools and len(tools) == len(set(tools)), "the tools", tools)
    uri = "data:image/png;base64," + base64.b64encode(photo).decode()
    opened = await ask(client, "open_image", dataUri=uri)
    image = opened["imageId"]
    region = await ask(client, "select_region", imageId=image, box=[60, 215, 240, 280], label="boat")
    operations = [{"regionId": region["regionId"], "motion": MOTION}]
    await ask(client, "preview_edit", imageId=image, operations=operations)
    beats = []

    async def heard(progress, total, message):
        beats.append(progress)

    arguments = {"imageId": image, "operations": operations, "quality": "preview", "waitSeconds": 50}
    started = (await client.call_tool("start_edit", arguments, progress_callback=heard)).structured_content
    expect(started["status"] == "done", "a finished job", started)
    expect(beats and beats == sorted(set(beats)), "rising progress", beats)
    edit = started["editId"]
    expect((await ask(client, "critique_edit", editId=edit))["editId"] == edit, "a critique of the edit", edit)
    before = await picture(client, f"dragflow://images/{image}")
    after = await picture(client, f"dragflow://edits/{edit}/picture")
    mask = await picture(client, f"dragflow://edits/{edit}/mask")
    expect(outside_is_identical(before, after, mask), "an outside without a change", edit)
    undone = await ask(client, "history", action="undo")
    expect(undone["current"] != edit, "another picture after undo", undone)
    redone = await ask(client, "history", action="redo")
    expect(redone["current"] == edit, "the edit again after redo", redone)
    exported = await ask(client, "export_image", id=edit, path="tour.png")
    expect(exported["receipt"]["outsideChanged"] == 0, "an exact outside", exported["receipt"])
    with urllib.request.urlopen(exported["downloadUrl"]) as file:
        written = Image.open(io.BytesIO(file.read()))
    expect(outside_is_identical(before, written, mask), "a written file with the same outside", exported)
    words = (await client.get_prompt("drag_edit", {"image": image, "request": "move the boat"})).messages[0].content.text
    expect(image in words and "move the boat" in words, "a prompt with its arguments", words)
    return f"{len(tools)} tools, protocol {client.protocol_version}, {len(beats)} progress notifications, outside identical"


async def main(url, path):
    with open(path, "rb") as file:
        photo = file.read()
    async with Client(url, read_timeout_seconds=120) as client:
        print(await tour(client, photo))


asyncio.run(main(*sys.argv[1:]))
