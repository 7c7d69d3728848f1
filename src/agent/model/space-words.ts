/** A coordinate space in words that a model can follow. */
import type { Frame } from "./coordinates.ts";

export function spaceInWords({ space, full, shown }: Frame): string {
  const order = space.order === "xy" ? "x right, y down" : "y down first, then x right";
  const pair = space.order === "xy" ? "[x, y]" : "[y, x]";
  const box = space.order === "xy" ? "[x0, y0, x1, y1]" : "[y0, x0, y1, x1]";
  const forms = `Points and offsets are ${pair}, boxes ${box}.`;
  switch (space.unit) {
    case "pixel":
      return shown.width === full.width && shown.height === full.height
        ? `Coordinates are pixels of the picture: ${order}, origin at the top left corner. ${forms}`
        : `Coordinates are pixels of the picture as shown (${shown.width} x ${shown.height}): ${order}, origin at the top left corner. ${forms} They are converted for you.`;
    case "norm1000":
      return `Coordinates run from 0 to 1000 along each side of the picture: ${order}, origin at the top left corner. ${forms} They are converted for you.`;
    case "norm1":
      return `Coordinates run from 0 to 1 along each side of the picture: ${order}, origin at the top left corner. ${forms} They are converted for you.`;
  }
}
