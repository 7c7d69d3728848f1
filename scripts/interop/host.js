// Runs in the browser: a host of MCP Apps that knows one edit. DATA = { app, before, after } comes before it.
const host = { calls: [], contexts: [], seen: [], violations: [], button: [0, 0] };
globalThis.host = host;

const frame = document.createElement("iframe");
frame.sandbox.add("allow-scripts");
frame.style.cssText = "border:0;width:100vw;height:100vh;display:block";
// The page itself cannot be looked into: it tells where its button is, and of breaks of its policy, from inside.
const END = ["<", "/script>"].join(""); // spelled out it would end the script that this is
const probe = `<script>
  document.addEventListener("securitypolicyviolation", (event) => parent.postMessage({ violation: event.violatedDirective + " " + event.blockedURI }, "*"));
  setInterval(() => {
    const { left, top } = document.getElementById("pick").getBoundingClientRect();
    parent.postMessage({ button: [left + 10, top + 10] }, "*");
  }, 100);
${END}`;
frame.srcdoc = DATA.app.replace("<meta http-equiv", () => `${probe}<meta http-equiv`);
document.body.append(frame);

const edit = { editId: "edit_after", imageId: "img_before", width: 1600, height: 1200 };
const answers = {
  look: () => ({
    content: [text("img_before: 1600 x 1200"), image(DATA.before)],
    structuredContent: { id: "img_before" },
  }),
  select_region: () => ({
    content: [text("reg_boat: box [400, 300, 800, 600], 8.3 % of the picture."), image(DATA.before)],
    structuredContent: { regionId: "reg_boat", imageId: "edit_after" },
  }),
};

addEventListener("message", ({ data: message }) => {
  if (message.button) host.button = message.button;
  else host.seen.push(message);
  if (message.violation) host.violations.push(message.violation);
  if (message.method === "ui/initialize") {
    reply(message, {
      protocolVersion: message.params.protocolVersion,
      hostInfo: { name: "pretended", version: "1" },
      hostCapabilities: { serverTools: {}, updateModelContext: { text: {} } },
      hostContext: { theme: "light" },
    });
  }
  if (message.method === "ui/notifications/initialized") {
    const result = {
      content: [
        text("edit_after: 1600 x 1200, 2.1 s.\nOutside the edit 0 of 1200000 pixels changed."),
        image(DATA.after),
      ],
      structuredContent: edit,
    };
    post({ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: result });
  }
  if (message.method === "tools/call") {
    host.calls.push(message.params);
    reply(message, answers[message.params.name]());
  }
  if (message.method === "ui/update-model-context") {
    host.contexts.push(message.params);
    reply(message, {});
  }
});

function reply({ id }, result) {
  post({ jsonrpc: "2.0", id, result });
}

function post(message) {
  frame.contentWindow.postMessage(message, "*");
}

function text(words) {
  return { type: "text", text: words };
}

function image(data) {
  return { type: "image", data, mimeType: "image/webp" };
}
