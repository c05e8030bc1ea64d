// The days: the slider, the state on the chosen day, and the charts.
const days = { lives: [], first: 0, last: 0, day: 0, line: 0, team: "", cursors: [], eventful: new Map(), printing: false };

const lineName = (branch) => (branch.length ? branch.join(" / ") : say("main_line"));

function openDays(run) {
  days.lives = (run.album?.lines ?? []).filter((l) => l.days.length).map(newLife);
  const body = byId("days-body"), trouble = byId("days-trouble");
  body.hidden = days.lives.length === 0;
  trouble.hidden = !run.album?.trouble && days.lives.length > 0;
  days.line = 0;
  days.team = "";
  looks.clear();
  days.eventful = new Map();
  for (const e of run.events) {
    const day = dayOf(e.at), count = days.eventful.get(day) ?? { all: 0, failed: 0 };
    count.all++;
    if (e.failures) count.failed++;
    days.eventful.set(day, count);
  }
  if (days.lives.length === 0) return;
  days.first = Math.min(...days.lives.map((l) => l.first));
  days.last = Math.max(...days.lives.map((l) => l.last));
  const slider = byId("day");
  slider.min = days.first;
  slider.max = days.last;
  const failed = run.events.find((e) => e.failures); // what failed is looked at first
  days.day = days.last;
  if (failed) [days.day, days.line] = placeOf(failed);
}

// placeOf is the day of an event, and the line that it is on.
function placeOf(e) {
  const day = Math.max(days.first, Math.min(days.last, dayOf(e.at)));
  const line = days.lives.findIndex((l) => l.line.branch.join("\n") === (e.branch ?? []).join("\n"));
  return [day, Math.max(0, line)];
}

// goToEvent shows the day of an event, on the event's own line.
function goToEvent(e) {
  const [day, line] = placeOf(e);
  if (line !== days.line) {
    days.line = line;
    byId("line").value = String(line);
    drawCharts();
  }
  goTo(day);
}

// sayDays writes everything that depends on the language too.
function sayDays(run) {
  const trouble = byId("days-trouble");
  if (!trouble.hidden) fill(trouble, run.album?.trouble ? make("span", { lang: "en" }, run.album.trouble) : say("no_album"));
  if (days.lives.length === 0) { byId("beside").hidden = true; return; }
  choose(byId("line"), days.lives.map((l, i) => [String(i), lineName(l.line.branch), l.line.branch.length ? "en" : null]));
  byId("line").value = String(days.line);
  const teams = teamsOf(days.lives);
  choose(byId("team"), [["", say("all_teams")], ...teams.map((t) => [t, t, "en"])]);
  byId("line-label").hidden = days.lives.length < 2;
  byId("team-label").hidden = teams.length < 2;
  byId("beside").hidden = days.lives.length < 2;
  drawDensity();
  drawCharts();
  showDay();
}

function drawDensity() {
  const width = 1000, height = 28, span = days.last + 1 - days.first;
  const most = Math.max(1, ...[...days.eventful.values()].map((c) => c.all));
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const wide = Math.min(12, Math.max(2, width / span - 0.5));
  for (const [day, count] of days.eventful) {
    if (day < days.first || day > days.last) continue;
    const tall = Math.max(3, Math.sqrt(count.all / most) * height);
    svg.append(draw("rect", { class: count.failed ? "wrong" : "", x: ((day - days.first) / span) * width, width: wide, y: height - tall, height: tall }));
  }
  fill(byId("density"), svg);
}

function drawCharts() {
  const life = days.lives[days.line];
  const series = seriesOf(life, days.team);
  const range = { first: life.first, last: life.last };
  const pick = (day) => goTo(day);
  const seated = series.seats.some((p) => p.owned || p.assigned || p.used);
  byId("chart-seats").hidden = !seated;
  byId("chart-tokens").hidden = series.ids.size === 0;
  days.cursors = [];
  if (seated) days.cursors.push(drawSeats(byId("chart-seats"), series, life, range, pick));
  if (series.ids.size) days.cursors.push(drawTokens(byId("chart-tokens"), series, life, range, pick));
  byId("chart-money").hidden = !drawMoney(byId("chart-money"), life, days.team);
}

function goTo(day) {
  days.day = Math.max(days.first, Math.min(days.last, day));
  showDay();
}

// changeFrom finds the next day on which something is another, or the one before.
function changeFrom(forward) {
  const life = days.lives[days.line];
  return life.changes[forward ? changesBy(life, days.day) : changesBy(life, days.day - 1) - 1];
}

function goToChange(forward) {
  const next = changeFrom(forward);
  if (next) goTo(next.day);
}

function showDay() {
  const slider = byId("day"), name = dayName(days.day);
  slider.value = days.day;
  slider.setAttribute("aria-valuetext", name);
  fill(byId("day-name"), make("time", { datetime: dateOf(days.day) }, name));
  const life = days.lives[days.line];
  // A button that has nothing to do says so, and keeps the focus that it may have.
  const idle = (id, nothing) => byId(id).setAttribute("aria-disabled", String(nothing));
  idle("day-before", days.day <= days.first);
  idle("day-after", days.day >= days.last);
  idle("change-before", !changeFrom(false));
  idle("change-after", !changeFrom(true));
  for (const move of days.cursors) move(Math.max(life.first, Math.min(life.last, days.day)));
  const state = stateAt(life, days.day);
  const until = dayOf(life.line.until);
  let note = "";
  if (!state) note = say("before_branch", { day: dayName(life.first) });
  else if (days.day > until) note = say("after_steps", { day: dayName(until) });
  fill(byId("line-state"), note);
  byId("line-state").hidden = note === "";
  fill(byId("tiles"), state ? tilesOf(figuresOf(state, days.team)) : []);
  fill(byId("state"), state ? tablesOf(state, changedOn(life, days.day)) : []);
  showBeside();
}

// printDays shows the first page of every table while the page is printed.
function printDays(printing) {
  days.printing = printing;
  if (days.lives.length) showDay();
}

function tilesOf(sum) {
  const tile = (label, value, more) => make("div", { class: "tile" }, make("p", { class: "label" }, label), make("p", { class: "value" }, value), more ? make("p", { class: "dim" }, ...[more].flat()) : "");
  return [
    tile(say("people"), number(sum.people)),
    tile(say("seats"), `${number(sum.assigned)} / ${number(sum.owned)}`, [say("seats_more", { n: sum.used }), sum.beyond ? "; " + say("seats_beyond", { n: sum.beyond }) : ""]),
    tile(say("tokens_left"), number(sum.left), say("tokens_more", { used: sum.taken, ended: sum.ended })),
    tile(say("subscriptions"), number(sum.active), say("in_force")),
    tile(say("invoiced"), sumText(sum.totals), say("open_of_it", { open: sumText(sum.open) })),
  ];
}
