/** The small pictures of questions, in the model's size; each that leaves is told. */
import type { Preview } from "../../engine/api.ts";
import { visionView } from "../../engine/image/vision-view.ts";
import type { AskCall, Model } from "./model.ts";
import type { Shot } from "./pictures.ts";

/** Told when it is made: what is made here is sent with the next request. */
export async function previewShot(preview: Preview, model: Model, { onEvent }: AskCall): Promise<Shot> {
  const { data, mimeType, width, height } = await visionView(preview.data, model.profile).catch(() => preview);
  const shot = { bytes: data.length, width, height };
  model.tellPicture(shot, onEvent);
  return { ...shot, url: `data:${mimeType};base64,${Buffer.from(data).toString("base64")}` };
}
