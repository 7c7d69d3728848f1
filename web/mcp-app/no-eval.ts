/** Must be imported first: zod tries, when schemas are made, whether it may compile them, which this page's policy
 * forbids and browsers report. */
import { config } from "zod/v4";

config({ jitless: true });
