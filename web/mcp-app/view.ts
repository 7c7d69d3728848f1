/** The page's elements and what they show. */
import { addPicker, type Pick } from "./picker.ts";

export interface View {
  /** One picture, or two with the slider between them. */
  show(after: string, before?: string): void;
  say(text: string): void;
  theme(name: "light" | "dark"): void;
}

export function openView(picked: (pick: Pick) => void): View {
  const [stage, controls, slider] = [byId("stage"), byId("controls"), byId("slider")];
  const [after, before] = [byId("after", HTMLImageElement), byId("before", HTMLImageElement)];
  const [edge, mark, status] = [byId("edge"), byId("mark"), byId("status")];
  const split = byId("split", HTMLInputElement);
  const pick = byId("pick");
  const isPicking = () => pick.getAttribute("aria-pressed") === "true";
  const setPicking = (on: boolean) => {
    pick.setAttribute("aria-pressed", String(on));
    stage.classList.toggle("picking", on);
    if (!on) mark.hidden = true;
  };
  pick.addEventListener("click", () => setPicking(!isPicking()));
  split.addEventListener("input", () => stage.style.setProperty("--split", `${split.value}%`));
  addPicker(stage, mark, isPicking, (made) => {
    setPicking(false);
    picked(made);
  });
  return {
    show(afterPicture, beforePicture) {
      after.src = afterPicture;
      if (beforePicture !== undefined) before.src = beforePicture;
      for (const element of [before, edge, slider]) element.hidden = beforePicture === undefined;
      for (const element of [stage, controls]) element.hidden = false;
      mark.hidden = true;
    },
    say(text) {
      status.textContent = text;
    },
    theme(name) {
      document.documentElement.style.colorScheme = name;
    },
  };
}

function byId(id: string): HTMLElement;
function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind;
function byId(id: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`Expected the page to have a ${kind.name} #${id}`);
}
