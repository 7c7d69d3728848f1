/** The engine's public face: two ways to run it, its contract, recipes, and the errors it throws. */
export {
  EditError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorRecord,
  errorRecord,
  exitCodeOf,
  httpStatusOf,
  isErrorCode,
} from "../errors.ts";
export {
  type CallOptions,
  type CompareRequest,
  type Comparison,
  type EditForecast,
  type EditOptions,
  type EditOutcome,
  type EditRequest,
  type Engine,
  type ExportOutcome,
  type ExportRequest,
  type ForecastRegion,
  type Gates,
  type Guess,
  type ImageInfo,
  type LivePreview,
  type LiveRequest,
  type LookRequest,
  type Overlay,
  type PlanRequest,
  type Preview,
  type Progress,
  type Receipt,
  type Seconds,
  type SelectHint,
  type Selection,
  type SelectRequest,
  STAGES,
  type Stage,
  type Warning,
} from "./api.ts";
export { type EngineOptions, LocalEngine } from "./local.ts";
export { createEngine, type ProcessOptions } from "./process/engine.ts";
export type { Box, Point } from "./raster.ts";
export { parseMotionSpec, parseRegionSpec } from "./recipe/inline.ts";
export { parseRecipe, parseRecipeText } from "./recipe/parse.ts";
export {
  type Motion,
  motionSchema,
  type Operation,
  operationSchema,
  pointSchema,
  QUALITIES,
  type Quality,
  qualitySchema,
  type Recipe,
  type RecipeInput,
  type RegionSpec,
  recipeSchema,
  regionSchema,
  type SimpleMotion,
  simpleMotionSchema,
} from "./recipe/schema.ts";
