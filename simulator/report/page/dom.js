// Elements are made and filled here, and never from markup: whatever a scenario
// calls itself stays text.
const byId = (id) => document.getElementById(id);

function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return node;
}

function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "on") {
      for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    } else node.setAttribute(key, value === true ? "" : value);
  }
  return fill(node, ...children);
}

function draw(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes ?? {})) node.setAttribute(key, value);
  node.append(...children.flat());
  return node;
}

// choose fills a select and keeps what was chosen where it is still there.
function choose(select, options) {
  const before = select.value;
  fill(select, options.map(([value, text, lang]) => make("option", { value, lang }, text)));
  select.value = options.some(([value]) => value === before) ? before : options[0]?.[0] ?? "";
}

// table makes a table of rows of cells; a cell is a text or {text, n, head, lang, mark}.
function table(columns, rows, caption) {
  const cell = (c, tag, scope) => {
    const one = typeof c === "object" && c !== null ? c : { text: c };
    return make(one.head ? "th" : tag, { class: [one.n ? "n" : "", one.mark ?? ""].join(" ").trim() || null, scope: one.head ? "row" : scope, lang: one.lang }, one.text, one.more ?? "");
  };
  return make("table", {},
    caption ? make("caption", {}, caption) : "",
    make("thead", {}, make("tr", {}, columns.map((c) => cell(c, "th", "col")))),
    make("tbody", {}, rows.map((r) => make("tr", { class: r.mark }, r.cells.map((c) => cell(c, "td"))))));
}
