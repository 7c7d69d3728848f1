/** The page: what the run came to above, the cases as a list, the chosen one beside it. */
import { caseView, commandView } from "./case.js";
import { el, numberText, picture } from "./dom.js";
import { changeOf, filtered, sorted } from "./sorting.js";
import { virtualList } from "./window.js";

const ROW_HEIGHT = 56;
const ARROWS = { up: "↑", down: "↓", one: "→1" };

const data = JSON.parse(document.getElementById("data").textContent);
/** Places of the scorers that the list shows; a case shows all. */
const listed = data.scorers.flatMap((one, i) => (one.isDetail ? [] : [i]));
const cases = data.cases.map((one, order) => ({ ...one, order }));
const state = { shown: cases, at: -1, sort: { key: "", isUp: false }, words: "", status: "" };

const detail = el("div", { class: "detail" });
const count = el("span", { class: "soft", role: "status" });
const list = virtualList({ rowHeight: ROW_HEIGHT, row: listRow });

function listRow(one, index) {
  const thumbnail = one.pictures.find(([label]) => label === "thumbnail");
  const cells = listed.map((i) => {
    const value = one.values[i];
    const change = changeOf(one.deltas?.[i], value, data.scorers[i]);
    return el("span", { class: `value ${change}` }, numberText(value, data.scorers[i].digits));
  });
  return el(
    "div",
    {
      class: `row${index === state.at ? " chosen" : ""}`,
      role: "option",
      "aria-selected": index === state.at ? "true" : "false",
      onclick: () => choose(index),
    },
    el("span", { class: "thumb" }, thumbnail === undefined ? "" : picture(thumbnail[1], "")),
    el("span", { class: "name" }, one.title, el("small", {}, one.said ?? one.understood)),
    el("span", { class: `status ${one.status}` }, one.status),
    ...cells,
  );
}

function choose(index, isQuiet = false) {
  const one = state.shown[index];
  if (one === undefined) return;
  state.at = index;
  detail.replaceChildren(caseView(one, data));
  detail.scrollTop = 0;
  list.again();
  list.reveal(index);
  if (!isQuiet) history.replaceState(null, "", `#${one.id}`);
}

function refresh() {
  const chosen = state.shown[state.at];
  state.shown = sorted(filtered(cases, state.words, state.status), state.sort, data.scorers);
  state.at = state.shown.indexOf(chosen);
  count.textContent = `${state.shown.length} of ${cases.length}`;
  list.show(state.shown);
}

function sortBy(key) {
  const { sort } = state;
  // The worst first, then the best, then the suite's own order.
  state.sort = sort.key !== key ? { key, isUp: false } : sort.isUp ? { key: "", isUp: false } : { key, isUp: true };
  for (const button of document.querySelectorAll(".head button")) {
    const isOn = button.dataset.key === state.sort.key;
    button.setAttribute("aria-pressed", String(isOn));
    button.querySelector("i").textContent = isOn ? (state.sort.isUp ? " ▲" : " ▼") : "";
  }
  list.root.scrollTop = 0;
  refresh();
}

function headButton(key, label, title) {
  return el("button", { type: "button", "data-key": key, title, onclick: () => sortBy(key) }, label, el("i"));
}

function listHead() {
  const scorers = listed
    .map((i) => data.scorers[i])
    .map((one) => headButton(one.name, `${one.label} ${ARROWS[one.direction]}`, titleOf(one)));
  return el(
    "div",
    { class: "head" },
    el("span", { class: "thumb" }),
    headButton("case", "case", "by name"),
    headButton("status", "status", "by status"),
    ...scorers,
  );
}

function titleOf({ name, unit, source, noise }) {
  return `${name}, ${unit}; ${source}; noise: ${noise.from}`;
}

function controls() {
  const search = el("input", { type: "search", placeholder: "Search cases", "aria-label": "Search cases" });
  search.addEventListener("input", () => {
    state.words = search.value;
    refresh();
  });
  const options = ["", "passed", "missed", "crashed"].map((value) => el("option", { value }, value || "every status"));
  const status = el("select", { "aria-label": "Status" }, ...options);
  status.addEventListener("change", () => {
    state.status = status.value;
    refresh();
  });
  return el(
    "div",
    { class: "controls" },
    search,
    status,
    count,
    el("span", { class: "soft keys" }, "j / k: next, previous"),
  );
}

function overview() {
  const head = data.scorers.map((one) => el("th", { title: titleOf(one) }, `${one.label} ${ARROWS[one.direction]}`));
  const rows = [...data.means, ...data.comparisons].map(({ label, cells, isEdit }) =>
    el("tr", { class: isEdit ? "edit" : "" }, el("th", {}, label), ...cells.map((text) => el("td", {}, text))),
  );
  const table = el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "mean"), ...head)), el("tbody", {}, ...rows));
  const legend = data.scorers.map((one) => el("li", {}, el("b", {}, one.label), ` ${titleOf(one)}`));
  return el(
    "section",
    { class: "overview" },
    el("div", { class: "wide" }, table),
    el(
      "p",
      { class: "soft" },
      "Means over cases; in brackets bootstrap 95 % intervals. Differences are paired: wins/ties/losses of the edit, a tie is within the noise.",
    ),
    ...(data.notes.length === 0 ? [] : [el("ul", { class: "notes" }, ...data.notes.map((text) => el("li", {}, text)))]),
    el("details", {}, el("summary", {}, "Columns"), el("ul", {}, ...legend)),
  );
}

function header() {
  const facts = data.facts.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)]);
  return el(
    "header",
    {},
    el("p", { class: "eyebrow" }, "DragFlow eval report"),
    el("h1", {}, data.suite, " ", el("span", { class: `status ${data.status}` }, data.status)),
    el("p", {}, data.summary),
    el("dl", {}, ...facts),
    commandView("Copy the command", data.command),
  );
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  choose(Math.min(state.shown.length - 1, Math.max(0, state.at + step)));
});

function followLink() {
  const index = state.shown.findIndex(({ id }) => `#${id}` === decodeURIComponent(location.hash));
  choose(Math.max(0, index), index < 0);
  return index >= 0;
}

document
  .getElementById("report")
  .append(
    header(),
    overview(),
    el(
      "main",
      {},
      el("div", { class: "cases" }, controls(), el("div", { class: "scroll" }, listHead(), list.root)),
      detail,
    ),
  );
document.body.style.setProperty("--columns", String(listed.length));
refresh();
if (followLink()) document.querySelector("main").scrollIntoView();
window.addEventListener("hashchange", followLink);
