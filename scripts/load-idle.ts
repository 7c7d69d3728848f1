/** A process that does nothing but see how late its timers are: what the machine itself does to any loop. */
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
setInterval(() => {}, 1000);
process.once("message", () => {
  process.send?.(Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS));
  process.disconnect();
  process.exit(0);
});
