// What the page says, in the language that is chosen. The words of the domain are
// data and stay as they are.
const texts = JSON.parse(byId("texts").textContent);
let language = "en";

function say(key, values) {
  const entry = texts[key][language];
  let text = entry;
  if (Array.isArray(entry)) text = entry[new Intl.PluralRules(language).select(values.n) === "one" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name]));
}

function number(n) {
  return new Intl.NumberFormat(language).format(n);
}

// A day is its number since 1970; an instant carries its own offset, so that its
// date and time of day are read off and never converted.
const dayOf = (text) => Math.round(Date.parse(text.slice(0, text.indexOf("T") < 0 ? undefined : text.indexOf("T")) + "T00:00:00Z") / 86400000);
const dateOf = (day) => new Date(day * 86400000).toISOString().slice(0, 10);

function dayName(day, form) {
  const shape = form === "month" ? { month: "short", year: "numeric" } : { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(language, { ...shape, timeZone: "UTC" }).format(new Date(day * 86400000));
}

function clockOf(at) {
  const time = at.slice(11, 19);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
}

const instant = (at) => (clockOf(at) === "00:00" ? at.slice(0, 10) : at.slice(0, 10) + " " + clockOf(at));

// Money is exact: sums are whole numbers of the smallest coin.
function amountOf(text) {
  const [figure, currency] = text.split(" ");
  const scale = figure.includes(".") ? figure.length - figure.indexOf(".") - 1 : 0;
  return { minor: BigInt(figure.replace(".", "")), scale, currency };
}

function money(minor, scale, currency) {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, "0");
  const whole = new Intl.NumberFormat(language).format(BigInt(digits.slice(0, digits.length - scale)));
  const point = new Intl.NumberFormat(language, { minimumFractionDigits: 1 }).formatToParts(0).find((p) => p.type === "decimal").value;
  return (minor < 0n ? "−" : "") + whole + (scale ? point + digits.slice(-scale) : "") + " " + currency;
}

const amount = (text) => { const a = amountOf(text); return money(a.minor, a.scale, a.currency); };

function sumsOf(list) {
  const sums = new Map();
  for (const text of list) {
    const a = amountOf(text);
    const sum = sums.get(a.currency);
    sums.set(a.currency, { minor: a.minor + (sum?.minor ?? 0n), scale: a.scale });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, s]) => ({ currency, ...s }));
}

const sumText = (list) => sumsOf(list).map((s) => money(s.minor, s.scale, s.currency)).join(", ") || "0";

function translate() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) {
    node.textContent = say(node.dataset.t);
    // What stands among the domain's words is in the page's language all the same.
    if (node.closest("[lang]") !== document.documentElement) node.lang = language;
  }
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", say(node.dataset.tLabel));
  for (const node of document.querySelectorAll("[data-t-title]")) node.title = say(node.dataset.tTitle);
  const more = byId("failures-more");
  if (more) more.textContent = say("failures_more", { n: Number(more.dataset.n) });
}
