// The lines side by side: what each of them is at the end of the same day.

// besideRows are the rows of the comparison, each with the text that a state has for it.
function besideRows(states) {
  const sums = states.map((s) => (s ? figuresOf(s, days.team) : null));
  const figure = (key, of) => ({ label: say(key), texts: sums.map((s) => (s ? of(s) : null)), always: true });
  const rows = [
    figure("people", (s) => number(s.people)),
    figure("seats_owned", (s) => number(s.owned)), figure("seats_assigned", (s) => number(s.assigned)), figure("seats_used", (s) => number(s.used)),
    figure("subscriptions_active", (s) => number(s.active)),
    figure("tokens_bought", (s) => number(s.bought)), figure("tokens_used", (s) => number(s.taken)), figure("tokens_left", (s) => number(s.left)),
    figure("tokens_held", (s) => number(s.held)), figure("tokens_ended", (s) => number(s.ended)),
    figure("invoices", (s) => number(s.invoices)), figure("invoiced", (s) => sumText(s.totals)), figure("still_open", (s) => sumText(s.open)),
  ];
  const tell = {
    people: (r) => [r.role, r.status].join(", "),
    seats: (r) => `${number(r.assigned)} / ${number(r.owned)}`,
    packs: (r) => number(r.left),
    subscriptions: (r) => `${r.product} × ${number(r.seats)}, ${r.status}, ${instant(r.ends)}`,
    invoices: (r) => `${amount(r.total)}, ${r.status}`,
  };
  for (const section of sections) {
    const found = states.map((s) => new Map(s ? rowsIn(s, section, days.team).map((r) => [r.team + " " + r.key, r]) : []));
    const keys = [...new Set(found.flatMap((f) => [...f.keys()]))];
    for (const key of keys) {
      const one = found.find((f) => f.has(key)).get(key);
      rows.push({ section, label: one.key, texts: found.map((f, i) => (states[i] ? (f.has(key) ? tell[section](f.get(key).row) : "—") : null)) });
    }
  }
  return rows;
}

function showBeside() {
  if (byId("beside").hidden) return;
  const only = byId("beside-only").checked;
  fill(byId("beside-day"), dayName(days.day));
  const states = days.lives.map((l) => stateAt(l, days.day));
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("at_end_of_day")),
    days.lives.map((l) => make("th", { scope: "col", lang: l.line.branch.length ? "en" : null }, lineName(l.line.branch)))));
  const bodies = new Map();
  let shown = 0;
  for (const row of besideRows(states)) {
    const differs = row.texts.map((text) => text !== null && row.texts[0] !== null && text !== row.texts[0]);
    if ((only && !differs.includes(true)) || shown >= mostRows) continue;
    shown++;
    const name = row.section ?? "totals";
    if (!bodies.has(name)) {
      bodies.set(name, make("tbody", {}, make("tr", {}, make("th", { class: "group", colspan: days.lives.length + 1, scope: "rowgroup" }, say(name)))));
    }
    bodies.get(name).append(make("tr", {}, make("th", { scope: "row", lang: row.section ? "en" : null }, row.label),
      row.texts.map((text, i) => (text === null ? make("td", { class: "dim" }, say("not_yet")) :
        make("td", { class: differs[i] ? "differs" : null }, differs[i] ? make("span", { class: "sign" }, "≠ ") : "", make("span", { lang: row.section ? "en" : null }, text))))));
  }
  const nothing = shown ? [] : [make("tbody", {}, make("tr", {}, make("td", { colspan: days.lives.length + 1 }, say("no_difference"))))];
  fill(byId("beside-table"), head, ...bodies.values(), ...nothing);
}
