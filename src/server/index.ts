export { createApp, type ServerApp } from "./app.ts";
export { type Address, checkExposure, type Listening, listen } from "./listen.ts";
export { DEFAULT_LIMITS, type ServerLimits, type ServerOptions, type SharedContext } from "./options.ts";
