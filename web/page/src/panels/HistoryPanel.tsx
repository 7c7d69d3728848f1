/** The session's pictures as a tree. */

import { goTo } from "../actions/edits.ts";
import { branchFrom, leaving, removeNode, renameNode, toggleFavourite } from "../actions/tree.ts";
import { addressOf } from "../api.ts";
import { type HistoryNode, history, titleOf } from "../state/picture.ts";
import { put } from "../state/put.ts";
import { compareWith } from "../state/result.ts";
import { t } from "../words.ts";
import { IconButton } from "./Icon.tsx";
import { motionWord, tierWord } from "./receipt-words.ts";

export function HistoryPanel() {
  const { nodes, branches, branch } = history.value;
  const roots = nodes.filter(({ parent }) => parent === null);
  return (
    <div class="panel-body history">
      {roots.length === 0 && <p class="quiet pad">{t("historyEmpty")}</p>}
      {branches.length > 1 && (
        <label class="field">
          <span>{t("branches")}</span>
          <select value={branch ?? ""} onChange={(event) => void leaving(() => goTo(event.currentTarget.value))}>
            {branch === null && <option value="">–</option>}
            {branches.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul class="tree">
        {roots.map((node) => (
          <TreeNode key={node.id} node={node} />
        ))}
      </ul>
    </div>
  );
}

function TreeNode({ node }: { node: HistoryNode }) {
  const children = history.value.nodes.filter(({ parent }) => parent === node.id);
  const [only] = children.length === 1 ? children : [];
  // A chain is one column: only where it forks is it indented.
  return (
    <>
      <li>
        <NodeCard node={node} />
        {children.length > 1 && (
          <ul class="tree fork">
            {children.map((child) => (
              <TreeNode key={child.id} node={child} />
            ))}
          </ul>
        )}
      </li>
      {only && <TreeNode node={only} />}
    </>
  );
}

function NodeCard({ node }: { node: HistoryNode }) {
  const here = history.value.current === node.id;
  const name = node.name ?? (node.type === "image" ? titleOf(node) : (node.motions ?? []).map(motionWord).join(", "));
  const ends = history.value.branches.filter(({ end }) => end === node.id).map((branch) => branch.name);
  const about = node.type === "image" ? t("original") : tierWord(node.tier ?? "");
  return (
    <div class={here ? "node here" : "node"}>
      <button
        type="button"
        class="node-open"
        {...(here ? { "aria-current": "true" } : {})}
        onClick={() => void (here || leaving(() => goTo(node.id)))}
      >
        <img src={addressOf.preview(node.id, 128)} alt="" loading="lazy" />
        <span>
          <strong>{name}</strong>
          <small>
            {about}
            {ends.length > 0 && ` · ${ends.join(", ")}`}
          </small>
        </span>
      </button>
      <span class="node-tools">
        <IconButton
          name="star"
          label={`${t("favourite")}: ${name}`}
          size={16}
          pressed={node.favourite}
          onPress={() => void toggleFavourite(node)}
        />
        {!here && (
          <IconButton
            name="compare"
            label={`${t("compareThis")}: ${name}`}
            size={16}
            pressed={compareWith.value === node.id}
            onPress={() => put(compareWith, node.id)}
          />
        )}
        <IconButton name="pencil" label={`${t("rename")}: ${name}`} size={16} onPress={() => void renameNode(node)} />
        <IconButton name="branch" label={`${t("branch")}: ${name}`} size={16} onPress={() => void branchFrom(node)} />
        {node.type === "edit" && (
          <IconButton
            name="bin"
            label={`${t("deleteNode")}: ${name}`}
            size={16}
            onPress={() => void removeNode(node)}
          />
        )}
      </span>
    </div>
  );
}
