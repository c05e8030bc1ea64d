// Charts are steps over days: a value holds until the day on which it is another.
const chartHeight = 190;
const margin = { left: 52, right: 10, top: 10, bottom: 24 };

function ticksTo(most) {
  most = Math.max(most, 1); // an axis reaches to 1 at least
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough));
  const ticks = [];
  for (let t = 0; t < most + step; t += step) ticks.push(t);
  return ticks;
}

// monthsIn are the days on which the labels of the axis stand: few enough to be read.
function monthsIn(first, last, most) {
  const [year, month] = dateOf(first).split("-").map(Number);
  const starts = [];
  const apart = [1, 2, 3, 6, 12, 24, 60, 120, 600].find((n) => (last - first) / 30.4 / n <= most) ?? 1200;
  for (let m = Math.ceil((year * 12 + month - 1) / apart) * apart; ; m += apart) {
    const day = Date.UTC(Math.floor(m / 12), m % 12, 1) / 86400000;
    if (day > last) return starts;
    if (day >= first) starts.push(day);
  }
}

function frame(width, most, label) {
  const svg = draw("svg", { viewBox: `0 0 ${width} ${chartHeight}`, role: "img", "aria-label": label });
  const ticks = ticksTo(most);
  const top = ticks[ticks.length - 1];
  const y = (value) => chartHeight - margin.bottom - (value / top) * (chartHeight - margin.top - margin.bottom);
  for (const t of ticks) {
    svg.append(draw("line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: y(t), y2: y(t) }),
      draw("text", { class: "tick end", x: margin.left - 6, y: y(t) + 4 }, number(t)));
  }
  return { svg, y };
}

function legend(layers) {
  return make("ul", { class: "legend" }, layers.map((l) => make("li", { lang: l.lang }, make("span", { class: "swatch " + l.look, "aria-hidden": "true" }), l.label)));
}

// stepsPath goes along the points of a layer, and back along those of its base.
function stepsPath(points, x, y, last, base) {
  let path = "";
  let before = null;
  for (const [day, value] of points) {
    const at = x(day).toFixed(1), to = y(value).toFixed(1);
    path += before === null ? `M${at} ${to}` : `H${at}V${to}`;
    before = value;
  }
  path += `H${x(last + 1).toFixed(1)}`;
  if (!base) return path;
  for (let i = points.length - 1; i >= 0; i--) {
    const to = y(base[i]).toFixed(1);
    path += `V${to}H${x(points[i][0]).toFixed(1)}`;
  }
  return path + "Z";
}

// stepChart shows layers over days; a click chooses a day. It returns how to move
// the line that stands on the chosen one.
function stepChart(figure, { title, layers, first, last, summary, pick }) {
  const width = Math.max(280, figure.clientWidth || 480);
  const most = Math.max(0, ...layers.flatMap((l) => l.points.map((p) => p[1])));
  const { svg, y } = frame(width, most, summary);
  const span = Math.max(1, last + 1 - first);
  const x = (day) => margin.left + ((day - first) / span) * (width - margin.left - margin.right);
  for (const day of monthsIn(first, last, Math.floor(width / 70))) {
    svg.append(draw("line", { class: "grid", x1: x(day), x2: x(day), y1: chartHeight - margin.bottom, y2: chartHeight - margin.bottom + 4 }));
    if (x(day) + 58 < width) svg.append(draw("text", { class: "tick", x: x(day), y: chartHeight - 6 }, dayName(day, "month")));
  }
  for (const l of layers) {
    if (l.points.length === 0) continue;
    const base = l.kind === "line" ? null : l.base ?? l.points.map(() => 0);
    svg.append(draw("path", { class: l.kind + " " + l.look, d: stepsPath(l.points, x, y, last, base) }));
  }
  const cursor = draw("line", { class: "cursor", y1: margin.top - 6, y2: chartHeight - margin.bottom });
  svg.append(cursor);
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    pick(Math.min(last, Math.max(first, first + Math.floor(((at - margin.left) / (width - margin.left - margin.right)) * span))));
  });
  fill(figure, make("figcaption", {}, title), legend(layers), svg, numbers(title, layers));
  return (day) => { cursor.setAttribute("x1", x(day + 0.5)); cursor.setAttribute("x2", x(day + 0.5)); };
}

const mostNumbers = 400;

// numbers are a chart as a table, which is made when it is opened.
function numbers(title, layers) {
  const list = make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title });
  const details = make("details", {}, make("summary", {}, say("as_table")), list);
  details.addEventListener("toggle", () => {
    if (!details.open || list.firstChild) return;
    const days = [...new Set(layers.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => a - b);
    const valueOn = (l, day) => {
      let i = l.points.findIndex((p) => p[0] > day);
      i = (i < 0 ? l.points.length : i) - 1;
      return i < 0 ? "" : number(l.points[i][1] - (l.base ? l.base[i] : 0));
    };
    const rows = days.slice(0, mostNumbers).map((day) => ({ cells: [{ text: dateOf(day), head: true }, ...layers.map((l) => ({ text: valueOn(l, day), n: true }))] }));
    fill(list, table([say("day"), ...layers.map((l) => ({ text: l.label, n: true, lang: l.lang }))], rows, title),
      days.length > mostNumbers ? make("p", {}, say("rows_more", { n: days.length - mostNumbers })) : "");
  });
  return details;
}

// seriesOf walks through a life and reads what the charts show.
function seriesOf(life, team) {
  const seats = [], packs = [], ids = new Map();
  walk(life, 0, life.changes.length, (day, state) => {
    const sum = figuresOf(state, team);
    const before = seats[seats.length - 1];
    if (!before || before.owned !== sum.owned || before.assigned !== sum.assigned || before.used !== sum.used) {
      seats.push({ day, owned: sum.owned, assigned: sum.assigned, used: sum.used });
    }
    const left = new Map();
    for (const { key, row } of rowsIn(state, "packs", team)) { left.set(key, row.left); ids.set(key, row); }
    packs.push({ day, left });
  });
  return { seats, packs, ids };
}

function drawSeats(figure, series, life, range, pick) {
  const layer = (label, field, kind, look) => ({ label, kind, look, points: series.seats.map((p) => [p.day, p[field]]) });
  const most = Math.max(0, ...series.seats.map((p) => p.owned));
  return stepChart(figure, {
    title: say("chart_seats"), ...range, pick, summary: say("chart_seats_summary", { most, last: series.seats.at(-1)?.owned ?? 0 }),
    layers: [layer(say("assigned"), "assigned", "area", "c0"), layer(say("used_seats"), "used", "area", "c1"), layer(say("owned"), "owned", "line", "c2")],
  });
}

const mostPacks = 8;

function drawTokens(figure, series, life, range, pick) {
  const keys = [...series.ids.keys()];
  const shown = keys.slice(0, mostPacks);
  const layers = [];
  let base = series.packs.map(() => 0);
  const stack = (label, look, valueOf, lang) => {
    const top = series.packs.map((p, i) => base[i] + valueOf(p));
    layers.push({ label, look, lang, kind: "area", base, points: series.packs.map((p, i) => [p.day, top[i]]) });
    base = top;
  };
  shown.forEach((key, i) => stack(key, "c" + (i % 6), (p) => p.left.get(key) ?? 0, "en"));
  if (keys.length > mostPacks) stack(say("other_packs"), "other", (p) => keys.slice(mostPacks).reduce((sum, key) => sum + (p.left.get(key) ?? 0), 0));
  return stepChart(figure, {
    title: say("chart_tokens"), layers, ...range, pick,
    summary: say("chart_tokens_summary", { n: keys.length, most: Math.max(0, ...base), last: base.at(-1) ?? 0 }),
  });
}

// drawMoney shows what was invoiced in each month, and what of it is settled, for
// each currency. It returns whether anything was.
function drawMoney(figure, life, team) {
  const months = new Map();
  const state = stateAt(life, life.last);
  for (const { row } of state ? rowsIn(state, "invoices", team) : []) {
    if (row.status === "cancelled") continue;
    const total = amountOf(row.total), open = amountOf(row.open), month = row.issued.slice(0, 7);
    const of = months.get(total.currency) ?? { scale: total.scale, months: new Map() };
    const sum = of.months.get(month) ?? { total: 0n, open: 0n };
    of.months.set(month, { total: sum.total + total.minor, open: sum.open + open.minor });
    months.set(total.currency, of);
  }
  const parts = [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, of]) => moneyBars(figure, currency, of, months.size > 1));
  const only = months.size === 1 ? " · " + [...months.keys()][0] : "";
  fill(figure, make("figcaption", {}, say("chart_money") + only),
    legend([{ label: say("settled"), look: "c2" }, { label: say("open"), look: "c1" }]), ...parts.flat());
  return parts.length > 0;
}

function moneyBars(figure, currency, { scale, months }, titled) {
  const list = [...months].sort(([a], [b]) => (a < b ? -1 : 1));
  const unit = 10 ** scale;
  const width = Math.max(280, figure.clientWidth || 480);
  const most = Math.max(...list.map(([, m]) => Number(m.total) / unit));
  const all = list.reduce((sum, [, m]) => sum + m.total, 0n);
  const summary = say("chart_money_summary", { currency, n: list.length, total: money(all, scale, currency) });
  const { svg, y } = frame(width, most, summary);
  const monthOf = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
  const first = monthOf(list[0][0]), span = monthOf(list[list.length - 1][0]) - first + 1;
  const slot = (width - margin.left - margin.right) / Math.max(span, 6);
  const labels = Math.ceil(60 / slot);
  for (const [month, m] of list) {
    const n = monthOf(month) - first;
    const x = margin.left + n * slot + slot * 0.15, wide = Math.max(1.5, slot * 0.7);
    const settled = Number(m.total - m.open) / unit, total = Number(m.total) / unit;
    const bar = (from, to, look) => draw("rect", { class: "bar " + look, x, width: wide, y: y(Math.max(from, to)), height: Math.abs(y(from) - y(to)) });
    svg.append(bar(0, settled, "c2"), bar(settled, total, "c1"));
  }
  for (let n = 0; n < Math.max(span, 6); n += labels) {
    const at = margin.left + (n + 0.5) * slot, month = Date.UTC(Math.floor((first + n) / 12), (first + n) % 12, 1) / 86400000;
    if (at + 30 < width) svg.append(draw("text", { class: "tick mid", x: at, y: chartHeight - 6 }, dayName(month, "month")));
  }
  const list2 = make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": summary });
  fill(list2, table([say("month"), { text: say("invoiced"), n: true }, { text: say("open"), n: true }],
    list.map(([month, m]) => ({ cells: [{ text: month, head: true }, { text: money(m.total, scale, currency), n: true }, { text: money(m.open, scale, currency), n: true }] })), summary));
  return [titled ? make("p", { class: "currency" }, currency) : "", svg, make("details", {}, make("summary", {}, say("as_table")), list2)];
}
