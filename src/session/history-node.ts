/** A picture of a session as its history shows it. */
import type { EditOutcome } from "../engine/api.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import type { ModelMark } from "./entries.ts";

/** A small picture on the disk. */
export interface NodePreview {
  readonly path: string;
  readonly mimeType: "image/webp" | "image/jpeg" | "image/png";
  readonly width: number;
  readonly height: number;
}

interface Node {
  /** The imageId or editId. */
  readonly id: string;
  /** Given by the user. */
  readonly name?: string;
  readonly favourite: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly width: number;
  readonly height: number;
  readonly preview?: NodePreview;
}

/** An opened picture: where a tree begins. */
export interface ImageNode extends Node {
  readonly type: "image";
  readonly parent: null;
  /** It was opened under this name. */
  readonly fileName: string;
}

export interface EditNode extends Node {
  readonly type: "edit";
  /** The picture it was made from. */
  readonly parent: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Absent for previews: no model takes part. */
  readonly model?: ModelMark;
  readonly tier: EditOutcome["tier"];
  readonly receipt: EditOutcome["receipt"];
  readonly metrics: EditOutcome["metrics"];
  /** What each tier's picture scored. */
  readonly gates: EditOutcome["tiers"];
}

export type HistoryNode = ImageNode | EditNode;
