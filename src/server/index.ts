export { createApp, type ServerApp } from "./app.ts";
export { type Address, checkExposure, type Listening, listen } from "./listen.ts";
export { requestLog } from "./logging.ts";
export {
  DEFAULT_LIMITS,
  type RequestRecord,
  type ServerLimits,
  type ServerOptions,
  type SharedContext,
} from "./options.ts";
