/** One case: before and after under a slider, every other picture, its numbers, what the agent did, its recipe. */
import { copyButton, el, numberText, picture, svg } from "./dom.js";
import { changeOf } from "./sorting.js";

export function caseView(one, data) {
  const words = one.said === undefined ? [] : [el("p", { class: "said" }, `“${one.said}”`)];
  return el(
    "article",
    { id: one.id, tabindex: "-1" },
    el(
      "h2",
      {},
      el("a", { href: `#${one.id}`, title: "Link to this case" }, one.title),
      " ",
      el("span", { class: `status ${one.status}` }, one.status),
    ),
    ...words,
    el("p", { class: "soft" }, lineOf(one)),
    ...notesView(one.notes),
    ...picturesView(one.pictures),
    ...methodsView(one, data.scorers),
    ...listView("What the agent did", one.steps),
    ...(one.usage === "" ? [] : [el("p", { class: "soft" }, one.usage)]),
    ...lossesView(one.losses),
    commandView("Copy the command that reproduces this", one.command),
    ...recipeView(one.recipe),
  );
}

export function commandView(label, command) {
  return el("p", { class: "command" }, el("code", {}, command), copyButton(label, command));
}

function lineOf({ image, understood, tier, provenance, tags }) {
  const parts = [image, understood, tier === "" ? "" : `the ${tier} tier won`, provenance ?? "", tags.join(", ")];
  return parts.filter((part) => part !== "").join(" · ");
}

function notesView(notes) {
  return notes.length === 0 ? [] : [el("ul", { class: "notes" }, ...notes.map((text) => el("li", {}, text)))];
}

function picturesView(pictures) {
  const byLabel = new Map(pictures.map(([label, id]) => [label, id]));
  const [before, edit] = [byLabel.get("before"), byLabel.get("edit")];
  if (before === undefined || edit === undefined) return [];
  const others = pictures.filter(([label]) => !["thumbnail", "before", "edit"].includes(label));
  const figures = others.map(([label, id]) => el("figure", {}, picture(id, label), el("figcaption", {}, label)));
  return [slider(before, edit), el("div", { class: "figures" }, ...figures)];
}

function slider(before, edit) {
  const range = el("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Border of before and after" });
  const over = picture(edit, "After");
  over.className = "over";
  const tags = [el("span", { class: "tag left" }, "before"), el("span", { class: "tag right" }, "after")];
  const box = el("div", { class: "compare" }, picture(before, "Before"), over, ...tags, range);
  const follow = () => box.style.setProperty("--at", `${range.value}%`);
  range.addEventListener("input", follow);
  follow();
  return box;
}

function methodsView(one, scorers) {
  if (one.methods.length === 0) return [];
  const rows = one.methods.map(({ label, isEdit, values }) => [label, isEdit, values, undefined]);
  const deltas = one.deltas === undefined ? [] : [["edit − older run", false, one.deltas, one.values]];
  const head = scorers.map(({ label, name }) => el("th", { title: name }, label));
  const body = [...rows, ...deltas].map(([label, isEdit, values, now]) => {
    const cells = values.map((value, i) => {
      const change = now === undefined ? "" : changeOf(value, now[i], scorers[i]);
      return el("td", { class: change }, numberText(value, scorers[i].digits));
    });
    return el("tr", { class: isEdit ? "edit" : "" }, el("th", {}, label), ...cells);
  });
  const table = el("table", {}, el("thead", {}, el("tr", {}, el("th"), ...head)), el("tbody", {}, ...body));
  return [el("div", { class: "wide" }, table)];
}

function listView(title, lines) {
  if (lines.length === 0) return [];
  return [el("h3", {}, title), el("ol", { class: "steps" }, ...lines.map((line) => el("li", {}, line)))];
}

function lossesView(losses) {
  if (losses.length < 2) return [];
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const at = (loss, i) => `${(600 * i) / (losses.length - 1)},${4 + 112 * (1 - (loss - low) / (high - low || 1))}`;
  const line = svg("polyline", { points: losses.map(at).join(" ") });
  const label = `Loss from ${losses[0].toPrecision(3)} to ${losses.at(-1).toPrecision(3)} in ${losses.length} iterations`;
  const chart = svg("svg", { viewBox: "0 0 600 120", role: "img", "aria-label": label }, line);
  return [el("figure", { class: "loss" }, chart, el("figcaption", {}, label))];
}

function recipeView(recipe) {
  if (recipe === "") return [];
  return [el("details", {}, el("summary", {}, "Recipe"), copyButton("Copy", recipe), el("pre", {}, recipe))];
}
