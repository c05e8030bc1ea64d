// The timeline: only the rows that can be seen are in the page, however many there are.
const timeline = { run: null, found: [], hay: [], at: -1, tall: 36 };
const filters = ["text", "actor", "kind", "outcome", "branch", "rule", "day"];
const filterOf = (name) => byId("filter-" + name);

const titleOf = (e) => (e.verb && !["do", "ask", "preview"].includes(e.verb) ? e.verb + " " + e.name : e.name);
const branchOf = (e) => (e.branch ?? []).join(" / ");

function outcomeOf(e) {
  if (e.kind !== "step") return "aside";
  if (e.failures) return "failed";
  return e.refusal ? "refused" : "passed";
}

const marks = { passed: "✓", refused: "⊘", failed: "✗", work: "↻", notice: "✉\ufe0e", fact: "•" };

// signOf is the mark of an event, and the words for who does not see it.
function signOf(e) {
  const outcome = outcomeOf(e), aside = outcome === "aside";
  return make("span", { class: "sign " + outcome, lang: language, role: "img", "aria-label": say(aside ? "kind_" + e.kind : "outcome_" + outcome) }, marks[aside ? e.kind : outcome]);
}

function openTimeline(run) {
  timeline.run = run;
  timeline.found = run.events.map((_, i) => i);
  timeline.at = Math.max(0, run.events.findIndex((e) => e.failures)); // what failed is looked at first
  timeline.hay = new Array(run.events.length);
  byId("filters").reset();
}

function hayOf(i) {
  const e = timeline.run.events[i];
  timeline.hay[i] ??= [titleOf(e), e.who, e.given, e.outcome, e.note, e.step, e.amount, branchOf(e), e.refusal?.code, e.refusal?.text, e.error, ...(e.failures ?? []),
    ...(e.reasons ?? []).map((r) => timeline.run.rules[r.rule].id)].join(" ").toLowerCase();
  return timeline.hay[i];
}

// sayTimeline writes everything that depends on the language too.
function sayTimeline() {
  const { events, rules } = timeline.run;
  const any = ["", say("all")];
  const words = (list) => [any, ...[...new Set(list)].filter(Boolean).sort().map((w) => [w, w, "en"])];
  choose(filterOf("actor"), words(events.map((e) => e.who)));
  choose(filterOf("kind"), [any, ...["step", "work", "notice", "fact"].map((k) => [k, say("kind_" + k)])]);
  choose(filterOf("outcome"), [any, ...["passed", "failed", "refused"].map((o) => [o, say("outcome_" + o)])]);
  const branches = [...new Set(events.filter((e) => e.branch).map(branchOf))];
  choose(filterOf("branch"), [any, ["main", say("main_line")], ...branches.map((b) => ["/" + b, b, "en"])]);
  byId("filter-branch-label").hidden = branches.length === 0;
  choose(filterOf("rule"), [any, ...rules.map((r) => [r.id, r.id, "en"])]);
  search();
}

function search() {
  const chosen = Object.fromEntries(filters.map((name) => [name, filterOf(name).value]));
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const { events, rules } = timeline.run;
  const selected = timeline.found[timeline.at];
  timeline.found = [];
  events.forEach((e, i) => {
    if (chosen.actor && e.who !== chosen.actor) return;
    if (chosen.kind && e.kind !== chosen.kind) return;
    if (chosen.outcome && outcomeOf(e) !== chosen.outcome) return;
    if (chosen.branch && chosen.branch !== (e.branch ? "/" + branchOf(e) : "main")) return;
    if (chosen.rule && !(e.reasons ?? []).some((r) => rules[r.rule].id === chosen.rule)) return;
    if (chosen.day && e.at.slice(0, 10) !== chosen.day) return;
    if (words.length && !words.every((w) => hayOf(i).includes(w))) return;
    timeline.found.push(i);
  });
  timeline.at = timeline.found.indexOf(selected);
  const n = timeline.found.length;
  fill(byId("found"), n === events.length ? say("events", { n }) : say("events_of", { n, all: events.length }));
  const list = byId("list");
  measure();
  fill(list, make("div", { class: "spacer", role: "presentation" }));
  list.firstChild.style.height = n * timeline.tall + "px";
  list.scrollTop = 0;
  if (n === 0) list.firstChild.append(make("p", { class: "empty", role: "option", "aria-selected": "false", "aria-disabled": "true" }, say("nothing_found")));
  if (timeline.at < 0) timeline.at = n ? 0 : -1;
  reveal();
}

// measure finds out how tall a row is, which the letters' size and the width decide.
function measure() {
  const list = byId("list");
  const probe = make("div", { class: "row" }, " ");
  fill(list, probe);
  timeline.tall = probe.getBoundingClientRect().height || 36;
  fill(list);
}

function rowAt(position) {
  const e = timeline.run.events[timeline.found[position]];
  const outcome = outcomeOf(e);
  const detail = [e.given, e.outcome].filter(Boolean).join(" → ");
  const previous = position > 0 ? timeline.run.events[timeline.found[position - 1]] : null;
  const again = previous && previous.at.slice(0, 10) === e.at.slice(0, 10);
  const row = make("div", {
    class: "row " + outcome + (e.branch ? " branched" : ""), role: "option", id: "row-" + position, lang: "en",
    "aria-selected": position === timeline.at ? "true" : "false", "aria-setsize": timeline.found.length, "aria-posinset": position + 1,
  },
  signOf(e),
  make("span", { class: "when" }, make("span", { class: again ? "again" : "" }, e.at.slice(0, 10)), " " + clockOf(e.at)),
  make("span", { class: "step" }, e.kind === "step" ? e.step : ""),
  make("span", { class: "what" }, titleOf(e)),
  make("span", { class: "told" }, e.kind === "step" && e.who ? make("span", { class: "who" }, e.who) : "", detail),
  make("span", { class: "sum" }, [e.amount, e.tokens ? e.tokens + " tokens" : ""].filter(Boolean).join(" ")));
  row.style.transform = `translateY(${position * timeline.tall}px)`;
  return row;
}

function showRows() {
  const list = byId("list"), spacer = list.firstChild;
  if (timeline.at < 0) list.removeAttribute("aria-activedescendant");
  if (!spacer || timeline.found.length === 0) return;
  const from = Math.max(0, Math.floor(list.scrollTop / timeline.tall) - 8);
  const to = Math.min(timeline.found.length, Math.ceil((list.scrollTop + list.clientHeight) / timeline.tall) + 8);
  const rows = [];
  if (timeline.at >= 0 && timeline.at < from) rows.push(rowAt(timeline.at));
  for (let i = from; i < to; i++) rows.push(rowAt(i));
  if (timeline.at >= to) rows.push(rowAt(timeline.at));
  fill(spacer, rows);
  if (timeline.at >= 0) list.setAttribute("aria-activedescendant", "row-" + timeline.at);
}

// reveal brings the selected row into view and tells everything about it beside the list.
function reveal() {
  const list = byId("list");
  if (timeline.at >= 0) {
    const top = timeline.at * timeline.tall;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + timeline.tall > list.scrollTop + list.clientHeight) list.scrollTop = top + timeline.tall - list.clientHeight;
  }
  showRows();
  fill(byId("detail"), timeline.at < 0 ? [make("h3", { id: "detail-title" }, say("nothing_found"))] : detailOf(timeline.run.events[timeline.found[timeline.at]]));
}

function select(position) {
  if (timeline.found.length === 0) return;
  timeline.at = Math.max(0, Math.min(timeline.found.length - 1, position));
  reveal();
}

// showEvent selects an event by its number in the run; filters that hide it are taken back.
function showEvent(index) {
  if (!timeline.found.includes(index)) {
    byId("filters").reset();
    search();
  }
  select(timeline.found.indexOf(index));
}

function listKeys(event) {
  const page = Math.max(1, Math.floor(byId("list").clientHeight / timeline.tall) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key === "Enter") byId("detail").focus();
  else if (event.key in moves && !event.ctrlKey && !event.metaKey && !event.altKey) select(timeline.at + moves[event.key]);
  else return;
  event.preventDefault();
}

function listClick(event) {
  const row = event.target.closest(".row");
  if (row) select(Number(row.id.slice("row-".length)));
}

const mostPrinted = 1000;

// printTimeline puts the rows that were found into the page while it is printed.
function printTimeline(printing) {
  const printed = byId("printed");
  if (!printing || !timeline.run) return fill(printed);
  const rows = timeline.found.slice(0, mostPrinted).map((i) => {
    const e = timeline.run.events[i];
    return { mark: outcomeOf(e), cells: [{ text: signOf(e) }, { text: instant(e.at) }, { text: e.kind === "step" ? e.step : "" }, { text: titleOf(e), lang: "en" },
      { text: e.who ?? "", lang: "en" }, { text: [e.given, e.outcome].filter(Boolean).join(" → "), lang: "en" }, { text: e.amount ?? "", n: true }] };
  });
  const more = timeline.found.length - mostPrinted;
  return fill(printed, table([{ text: "" }, say("instant"), say("step"), say("what"), say("actor"), say("told"), { text: say("amount"), n: true }], rows),
    more > 0 ? make("p", {}, say("rows_more", { n: more })) : "");
}
