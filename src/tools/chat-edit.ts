/** chat_edit: the whole loop as a job: words in, an edit or a question out. */
import { z } from "zod";
import type { CallOptions } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { JobResult } from "../session/index.ts";
import type { ChatAnswer, ChatWish } from "./assistant.ts";
import type { ToolCall, ToolContext } from "./context.ts";
import { defineTool } from "./define.ts";
import { followed, jobAnswer, jobOutput, withoutDetails } from "./job-answer.ts";
import { pictureId, regionId, waitInput } from "./schemas.ts";

const input = z.strictObject({
  imageId: pictureId,
  request: z.string().trim().min(1).max(2000).describe("What to change, in plain words"),
  regionId: regionId.optional().describe('What "it" means, from select_region'),
  rounds: z.number().int().min(1).max(10).optional().describe("Edits it may try; default 3"),
  waitSeconds: waitInput,
});

export const chatEdit = defineTool({
  name: "chat_edit",
  title: "Edit by words",
  input,
  output: jobOutput,
  annotations: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  async execute({ imageId, request, regionId, rounds, waitSeconds }, ctx, call) {
    const { workspace } = ctx;
    workspace.picture(imageId);
    if (regionId !== undefined) workspace.region(regionId);
    const wish: ChatWish = {
      imageId,
      request,
      ...(regionId === undefined ? {} : { regionId }),
      ...(rounds === undefined ? {} : { rounds }),
    };
    const { jobId } = workspace.jobs.start(conversation(wish, ctx, call), {
      lane: "conversations",
      uses: [imageId],
    });
    const job = await followed(jobId, waitSeconds ?? 0, ctx, call);
    if (call.signal.aborted) workspace.jobs.cancel(jobId);
    return jobAnswer(job, ctx, call.signal);
  },
});

/** The conversation outlives the call that began it, so it listens to the job's signal, not to the call's. */
export function conversation(wish: ChatWish, ctx: ToolContext, { sampling }: ToolCall) {
  const { assistant } = ctx;
  if (assistant === undefined) {
    throw new EditError("not-available", "Expected a program with an agent behind chat_edit, this one has none", {
      hint: "Select a region and use preview_edit and start_edit yourself",
    });
  }
  return async ({ signal, onProgress }: Required<CallOptions>): Promise<JobResult> => {
    const call: ToolCall = {
      signal,
      // Jobs know the engine's stages alone.
      onProgress: ({ stage, ...rest }) => {
        onProgress({ ...rest, stage: stage === "queued" || stage === "working" ? "plan" : stage });
      },
      ...(sampling === undefined ? {} : { sampling }),
    };
    const answer = await withoutDetails(assistant.chat(wish, ctx, call), "chat_edit", ctx);
    return { ...(answer.editId === undefined ? {} : { editId: answer.editId }), answer: plain(answer) };
  };
}

function plain({ editId: _, assumed, question, ...answer }: ChatAnswer): Record<string, unknown> {
  const asked = question && { question: { text: question.text, choices: [...question.choices] } };
  return { ...answer, assumed: [...assumed], ...asked };
}
