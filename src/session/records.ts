/** What a session knows of its pictures, regions and edits. */
import type { EditOutcome, EditRequest, ImageInfo, Selection, SelectRequest } from "../engine/api.ts";
import type { Motion } from "../engine/recipe/schema.ts";

export interface ImageRecord {
  readonly id: string;
  /** The session's own copy: what the caller does with the file afterwards changes nothing here. */
  readonly path: string;
  /** File name it was opened under. */
  readonly name: string;
  readonly info: ImageInfo;
}

export interface RegionRecord {
  readonly id: string;
  readonly imageId: string;
  readonly maskPath: string;
  readonly label?: string;
  readonly selection: Selection;
}

export interface EditRecord {
  readonly id: string;
  /** The picture (or edit) it was made from. */
  readonly imageId: string;
  readonly outcome: EditOutcome;
}

/** A proposed edit that was shown and not yet made; forgotten with the process. */
export interface CandidateRecord {
  readonly id: string;
  readonly imageId: string;
  readonly operations: readonly { readonly regionId: string; readonly motion: Motion }[];
  readonly prompt: string;
  readonly sourcePrompt: string;
}

/** An edit that is to be made, by the id that it will have. */
export interface WantedEdit {
  readonly id: string;
  readonly imageId: string;
}

/** What an imageId or an editId stands for. */
export interface Picture {
  readonly id: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** A request of the engine without what the session itself decides. */
export type EditWish = Omit<EditRequest, "image" | "dir">;

export interface SelectionWish extends Pick<SelectRequest, "hint" | "baseDir"> {
  readonly label?: string | undefined;
  readonly adjust?: (maskPath: string) => Promise<Partial<Selection>>;
}
