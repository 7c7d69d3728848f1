/** The mask algebra in one place. */
export {
  areaPixels,
  areaShare,
  boundingBox,
  centroidOf,
  coveredShare,
  emptyMask,
  forEachPixel,
  fullMask,
  intersect,
  type Size,
  subtract,
  threshold,
  union,
} from "./coverage.ts";
export { dilate, dilateBy, distancesTo, erode, erodeBy, feather, meanDepth } from "./distance.ts";
export { warpMask } from "./warp.ts";
