/** Elements from data. Text is always text: nothing here reads markup. */

/** Attributes by name; `class`, `on…` listeners, and children that are nodes or text. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== ""));
  return node;
}

export function numberText(value, digits) {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}

/** The picture's data is read from its block when it is first shown, and decoded by the browser off the main thread. */
export function picture(id, alt) {
  const image = el("img", { alt, decoding: "async" });
  image.src = document.getElementById(id)?.textContent ?? "";
  return image;
}

/** A button that copies the text, and says whether that went well. */
export function copyButton(label, text) {
  const button = el("button", { type: "button", class: "copy", title: text }, label);
  button.addEventListener("click", async () => {
    button.textContent = (await copied(text)) ? "Copied" : "Select it and copy by hand";
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
  return button;
}

/** From a file there is often no clipboard interface: a selected text area is. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { class: "away" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
