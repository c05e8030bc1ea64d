// The tables of a day: a page of rows at a time, found by text among all of them.
const mostRows = 200;

// looks are which rows of a section are looked at, by its name: those with a text, and
// which page of them. They stay while days go by.
const looks = new Map();

const lookAt = (section) => looks.get(section) ?? { text: "", page: 0 };

// views say how each section of the state is shown: its columns, and a row's cells.
const views = {
  people: { head: ["person", "role", "status", "#products"], cells: (k, r) => [k, r.role, r.status, num(r.products)] },
  seats: { head: ["product", "#owned", "#assigned", "#free", "#used_seats"], cells: (k, r) => [k, num(r.owned), num(r.assigned), num(r.free), num(r.used)] },
  packs: { head: ["pack", "#tokens", "#left", "expires"], cells: (k, r) => [k, num(r.tokens), num(r.left), instant(r.expires)] },
  subscriptions: {
    head: ["subscription", "product", "#seats", "term", "status", "starts", "ends", "auto_renew"],
    cells: (k, r) => [k, r.product, num(r.seats), r.term, r.status, instant(r.starts), instant(r.ends), { text: say(r.auto_renew ? "yes" : "no"), lang: language }],
  },
  invoices: { head: ["invoice", "issued", "status", "#total", "#open"], cells: (k, r) => [k, instant(r.issued), r.status, { text: amount(r.total), n: true }, { text: amount(r.open), n: true }] },
};
const num = (n) => ({ text: number(n), n: true });


function tablesOf(state, changed) {
  const many = !days.team && state.size > 1;
  return Object.entries(views).map(([section, view]) => {
    const list = rowsIn(state, section, days.team).map((one) => ({ ...one, cells: view.cells(one.key, one.row), fresh: changed[one.team]?.[section]?.[one.key] !== undefined }));
    const columns = view.head.map((key) => (key[0] === "#" ? { text: say(key.slice(1)), n: true } : say(key)));
    if (many) columns.splice(1, 0, say("team"));
    return make("section", { class: "part" }, make("h3", {}, say(section), " ", make("span", { class: "count" }, number(list.length))),
      list.length === 0 ? make("p", { class: "dim" }, say("none")) : list.length > mostRows ? pagedTable(section, columns, list, many) : scrolled(section, columns, list, many));
  });
}

const scrolled = (section, columns, list, many) =>
  make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say(section) }, table(columns, list.map((one) => shownRow(one, many))));

function shownRow({ team, cells, fresh }, many) {
  const [first, ...rest] = cells.map((c) => (typeof c === "object" ? { lang: "en", ...c } : { text: c, lang: "en" }));
  const head = { ...first, head: true };
  if (fresh) head.more = make("span", { class: "fresh", lang: language }, say("fresh"));
  return { mark: fresh ? "changed" : null, cells: many ? [head, { text: team, lang: "en" }, ...rest] : [head, ...rest] };
}

// pagedTable is a table of more rows than are shown at once. Its controls stay as they
// are while its rows are drawn again, and so does the focus on them.
function pagedTable(section, columns, list, many) {
  if (days.printing) {
    return make("div", {}, scrolled(section, columns, list.slice(0, mostRows), many), make("p", { class: "dim" }, say("rows_more", { n: list.length - mostRows })));
  }
  const hay = list.map(({ team, cells }) => [team, ...cells.map((c) => (typeof c === "object" ? c.text : c))].join(" ").toLowerCase());
  const body = make("div"), told = make("span", { role: "status", class: "dim" });
  const turn = (by) => { const look = lookAt(section); looks.set(section, { ...look, page: look.page + by }); draw(); };
  const idle = (button) => button.getAttribute("aria-disabled") === "true";
  const before = make("button", { type: "button", on: { click: () => idle(before) || turn(-1) } }, say("rows_before"));
  const after = make("button", { type: "button", on: { click: () => idle(after) || turn(1) } }, say("rows_after"));
  const find = make("input", { type: "search", autocomplete: "off", spellcheck: "false", "aria-label": `${say("rows_find")}: ${say(section)}`,
    on: { input: () => { looks.set(section, { text: find.value, page: 0 }); draw(); } } });
  find.value = lookAt(section).text;

  function draw() {
    const { text, page: wanted } = lookAt(section), words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = list.filter((_, i) => words.every((word) => hay[i].includes(word)));
    const last = Math.max(0, Math.ceil(found.length / mostRows) - 1), page = Math.min(Math.max(wanted, 0), last);
    looks.set(section, { text, page });
    const from = page * mostRows, shown = found.slice(from, from + mostRows);
    fill(body, shown.length ? scrolled(section, columns, shown, many) : "");
    fill(told, shown.length ? say("rows_of", { from: from + 1, to: from + shown.length, n: found.length }) : say("rows_none"));
    before.setAttribute("aria-disabled", String(page === 0));
    after.setAttribute("aria-disabled", String(page === last));
  }
  draw();
  return make("div", { class: "paged" }, make("div", { class: "tools" }, make("label", {}, make("span", {}, say("rows_find")), " ", find), before, after, told), body);
}
