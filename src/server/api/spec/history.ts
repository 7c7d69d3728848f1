/** History: the tree of the session's pictures and the ways through it. */
import { createRoute, z } from "@hono/zod-openapi";
import { historyOutput } from "../../../tools/history-output.ts";
import { anId, body, json, nameInput, problems, SESSION } from "./common.ts";

const tags = ["history"];

const node = historyOutput.shape.nodes.element.extend({
  fileUrl: z.string(),
  previewUrl: z.string().describe("A small picture; add ?width="),
});

export const historyView = z
  .object({
    current: z.string().nullable().describe("The picture one is at"),
    branch: z.string().nullable().describe("Its end moves with the next edit"),
    branches: z.array(z.object({ name: z.string(), end: z.string() })),
    nodes: z.array(node).describe("Oldest first; `parent` makes the tree"),
    canUndo: z.boolean(),
    canRedo: z.boolean(),
  })
  .openapi("History");

const answer = { 200: json(historyView, "The history after it"), ...problems };
const common = { tags, security: SESSION, responses: answer };

export const getHistory = createRoute({
  ...common,
  method: "get",
  path: "/history",
  operationId: "getHistory",
  summary: "The whole tree",
});

export const undo = createRoute({
  ...common,
  method: "post",
  path: "/history/undo",
  operationId: "undo",
  summary: "To the picture that the current one was made from",
});

export const redo = createRoute({
  ...common,
  method: "post",
  path: "/history/redo",
  operationId: "redo",
  summary: "To the child of the current picture that was current last",
});

export const checkout = createRoute({
  ...common,
  method: "post",
  path: "/history/checkout",
  operationId: "checkout",
  summary: "To any picture, or to the end of a branch",
  request: {
    body: body(z.strictObject({ to: z.string().min(1).max(120).describe("An imageId, an editId or a branch's name") })),
  },
});

export const addBranch = createRoute({
  ...common,
  method: "post",
  path: "/history/branches",
  operationId: "addBranch",
  summary: "A new branch, from the current picture unless told; both become the current ones",
  request: { body: body(z.strictObject({ name: nameInput, at: anId.optional() })) },
});

export const renameBranch = createRoute({
  ...common,
  method: "patch",
  path: "/history/branches/{branch}",
  operationId: "renameBranch",
  summary: "Rename a branch",
  request: { params: z.object({ branch: nameInput }), body: body(z.strictObject({ name: nameInput })) },
});

export const deleteBranch = createRoute({
  ...common,
  method: "delete",
  path: "/history/branches/{branch}",
  operationId: "deleteBranch",
  summary: "Let go of a branch one is not on; its pictures stay until they are pruned",
  request: { params: z.object({ branch: nameInput }) },
});

export const changeNode = createRoute({
  ...common,
  method: "patch",
  path: "/history/nodes/{pictureId}",
  operationId: "changeNode",
  summary: "Name a picture, make it a favourite or no longer one",
  request: {
    params: z.object({ pictureId: anId }),
    body: body(z.strictObject({ name: nameInput.optional(), favourite: z.boolean().optional() })),
  },
});

export const removeNode = createRoute({
  ...common,
  method: "delete",
  path: "/history/nodes/{pictureId}",
  operationId: "removeNode",
  summary: "Delete an edit and all that was made from it; branches that ended there end at its parent",
  request: { params: z.object({ pictureId: anId }) },
});

export const prune = createRoute({
  tags,
  security: SESSION,
  method: "post",
  path: "/history/prune",
  operationId: "prune",
  summary: "Remove pictures on no branch that are neither named, favourites nor current",
  request: { body: body(z.strictObject({ keep: z.array(anId).max(1000).optional() })) },
  responses: {
    200: json(z.object({ removed: z.array(z.string()), freedBytes: z.number(), history: historyView }), "What is gone"),
    ...problems,
  },
});
