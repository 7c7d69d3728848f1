/** checkApp as a program: it needs a Node that knows WebSocket. */
import { checkApp } from "./app.ts";

console.log(await checkApp(process.argv[2] ?? "chromium"));
