// What is chosen: the run, the language, the theme; and what each control does.
const runs = new Map();
let shown = -1;

function runAt(n) {
  if (!runs.has(n)) {
    const block = byId(`run-${n}-data`);
    runs.set(n, block ? JSON.parse(block.textContent) : null);
  }
  return runs.get(n);
}

function showRun(n) {
  const run = runAt(n);
  if (!run || shown === n) return;
  shown = n;
  byId("run").hidden = false;
  fill(byId("run-title"), run.name);
  for (const link of document.querySelectorAll("#index a")) {
    if (link.hash === "#run-" + n) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  openDays(run);
  openTimeline(run);
  sayRun(run);
}

function sayRun(run) {
  const verdict = run.failed === 0 && !run.trouble;
  const facts = [
    make("span", { class: verdict ? "good" : "bad" }, say(verdict ? "ok" : "not_ok")),
    [say("steps_passed", { n: run.steps, passed: run.passed }), run.failed ? ", " + say("steps_failed", { n: run.failed }) : ""],
    say("days_lived", { n: run.days }), [say("zone"), " ", make("span", { lang: "en" }, run.zone)], [say("seed"), " ", String(run.seed)],
    make("span", { class: "path", lang: "en" }, run.file),
    ...Object.entries(run.policy).map(([name, value]) => make("span", { lang: "en" }, `${name} = ${value}`)),
  ];
  if (run.digest) facts.push([say("digest"), " ", make("code", { title: run.digest }, run.digest.slice(0, 12))]);
  fill(byId("run-facts"), facts.map((f) => make("li", {}, ...[f].flat())));
  sayDays(run);
  sayTimeline();
}

function sayIndex() {
  const sum = byId("index-sum");
  if (!sum) return;
  const rows = document.querySelectorAll("#index tbody tr").length, bad = document.querySelectorAll("#index tbody .bad[data-t]").length;
  fill(sum, say("index_sum", { n: rows }), " ", bad ? make("strong", { class: "bad" }, say("index_failed", { n: bad })) : say("all_passed"));
}

function setLanguage(to) {
  language = to;
  remember("language", to);
  byId("language").value = to;
  translate();
  sayIndex();
  if (shown >= 0) sayRun(runAt(shown));
}

function setTheme(to) {
  if (to === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
  byId("theme").value = to;
  remember("theme", to);
}

// A browser may refuse to remember anything; then every page begins anew.
function remember(key, value) {
  try { localStorage.setItem("seatsim-" + key, value); } catch { /* nothing is lost but comfort */ }
}

function remembered(key, otherwise, known) {
  let value = null;
  try { value = localStorage.getItem("seatsim-" + key); } catch { /* as above */ }
  return known.includes(value) ? value : otherwise;
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// go scrolls to a part of the page and moves the focus there, or to something in it.
function go(id, focus = id) {
  byId(id).scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
  byId(focus).focus({ preventScroll: true });
}

// follow goes where the address says: to a run, or to an event of one. Other places
// are for the browser to find.
function follow() {
  const place = /^#run-(\d+)(?:-event-(\d+))?$/.exec(location.hash);
  if (!place) return;
  showRun(Number(place[1]));
  if (place[2] === undefined) go("run-title");
  else {
    const index = Number(place[2]), event = runAt(shown)?.events[index];
    if (!event) return;
    showEvent(index);
    if (days.lives.length) goToEvent(event);
    go("timeline", "detail");
  }
}

function listen() {
  byId("language").addEventListener("change", (e) => setLanguage(e.target.value));
  byId("theme").addEventListener("change", (e) => setTheme(e.target.value));
  byId("day").addEventListener("input", (e) => goTo(Number(e.target.value)));
  byId("day-before").addEventListener("click", () => goTo(days.day - 1));
  byId("day-after").addEventListener("click", () => goTo(days.day + 1));
  byId("change-before").addEventListener("click", () => goToChange(false));
  byId("change-after").addEventListener("click", () => goToChange(true));
  byId("line").addEventListener("change", (e) => { days.line = Number(e.target.value); drawCharts(); showDay(); });
  byId("team").addEventListener("change", (e) => { days.team = e.target.value; drawCharts(); showDay(); });
  byId("beside-only").addEventListener("change", showBeside);
  byId("day-events").addEventListener("click", () => { byId("filters").reset(); filterOf("day").value = dateOf(days.day); search(); go("timeline", "list"); });
  const form = byId("filters");
  form.addEventListener("input", search);
  form.addEventListener("submit", (e) => e.preventDefault());
  byId("clear").addEventListener("click", () => { form.reset(); search(); });
  const list = byId("list");
  list.addEventListener("scroll", showRows, { passive: true });
  list.addEventListener("keydown", listKeys);
  list.addEventListener("click", listClick);
  for (const button of document.querySelectorAll("[data-rule]")) {
    button.hidden = false;
    button.addEventListener("click", () => { form.reset(); filterOf("rule").value = button.dataset.rule; search(); go("timeline", "list"); });
  }
  addEventListener("hashchange", follow);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (shown < 0 || width === innerWidth) return;
    width = innerWidth;
    redrawDays();
    search();
  });
  matchMedia("print").addEventListener("change", (e) => { printDays(e.matches); printTimeline(e.matches); });
}

function redrawDays() {
  if (days.lives.length === 0) return;
  drawCharts();
  showDay();
}

function start() {
  setTheme(remembered("theme", "auto", ["auto", "light", "dark"]));
  setLanguage(remembered("language", navigator.language.startsWith("fr") ? "fr" : "en", ["en", "fr"]));
  listen();
  const failed = document.querySelector("#failures a[href^='#run-']");
  const first = failed ? Number(failed.hash.slice("#run-".length).split("-")[0]) : 0;
  showRun(first);
  follow();
}

start();
