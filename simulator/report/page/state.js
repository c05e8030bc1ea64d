// The album says what is another on each day. A state is put together from the
// nearest one kept before it.
const every = 64;
const sections = ["people", "seats", "packs", "subscriptions", "invoices"];

function newLife(line) {
  return { line, first: dayOf(line.first), last: dayOf(line.last), changes: line.days.map((d) => ({ day: dayOf(d.day), teams: d.teams })), kept: [new Map()] };
}

function apply(state, change) {
  const next = new Map(state);
  for (const [name, then] of Object.entries(change.teams)) {
    const team = { tokens: { bought: 0, used: 0, left: 0, held: 0, ended: 0 }, ...next.get(name) };
    if (then.tokens) team.tokens = then.tokens;
    for (const section of sections) {
      if (team[section] && !then[section]) continue;
      const rows = new Map(team[section]);
      for (const [key, row] of Object.entries(then[section] ?? {})) {
        if (row === null) rows.delete(key);
        else rows.set(key, row);
      }
      team[section] = rows;
    }
    next.set(name, team);
  }
  return next;
}

// changesBy is how many changes a life has up to a day, the day included.
function changesBy(life, day) {
  let low = 0, high = life.changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (life.changes[middle].day <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

// stateAt is the state at the end of a day, or null before the life begins.
function stateAt(life, day) {
  if (life.changes.length === 0 || day < life.first) return null;
  const n = changesBy(life, day);
  return walk(life, Math.min(Math.floor(n / every), life.kept.length - 1), n);
}

// walk goes from a state that was kept through the changes up to a number of them,
// and tells of the state after each.
function walk(life, kept, n, tell = () => {}) {
  let state = life.kept[kept];
  for (let i = kept * every; i < n; i++) {
    state = apply(state, life.changes[i]);
    if ((i + 1) % every === 0 && (i + 1) / every === life.kept.length) life.kept.push(state);
    tell(life.changes[i].day, state);
  }
  return state;
}

// changedOn says which rows are others on a day than on the day before.
function changedOn(life, day) {
  const n = changesBy(life, day);
  const change = n > 0 ? life.changes[n - 1] : null;
  return change && change.day === day && n > 1 ? change.teams : {};
}

// teamsOf are the teams that a line ever has.
const teamsOf = (lives) => [...new Set(lives.flatMap((l) => l.changes.flatMap((c) => Object.keys(c.teams))))].sort();

// figuresOf adds up a state, over one team or all. Assigned are those who hold a seat:
// an assignment in overlap, or beyond the seats there are, holds none.
function figuresOf(state, team) {
  const sum = { people: 0, owned: 0, assigned: 0, beyond: 0, used: 0, active: 0, invoices: 0, bought: 0, taken: 0, left: 0, held: 0, ended: 0, totals: [], open: [] };
  for (const [name, t] of state) {
    if (team && name !== team) continue;
    for (const p of t.people.values()) sum.people += p.status === "active" ? 1 : 0;
    for (const s of t.seats.values()) {
      const held = Math.min(s.assigned, s.owned);
      sum.owned += s.owned; sum.assigned += held; sum.beyond += s.assigned - held; sum.used += s.used;
    }
    for (const s of t.subscriptions.values()) sum.active += s.status === "active" ? 1 : 0;
    for (const i of t.invoices.values()) {
      sum.invoices++;
      if (i.status === "cancelled") continue;
      sum.totals.push(i.total); sum.open.push(i.open);
    }
    sum.bought += t.tokens.bought; sum.taken += t.tokens.used; sum.left += t.tokens.left; sum.held += t.tokens.held; sum.ended += t.tokens.ended;
  }
  return sum;
}

// rowsIn lists the rows of a section, over one team or all.
function rowsIn(state, section, team) {
  const rows = [];
  for (const [name, t] of state) {
    if (team && name !== team) continue;
    for (const [key, row] of t[section]) rows.push({ team: name, key, row });
  }
  const order = { packs: (r) => r.row.expires, subscriptions: (r) => r.row.starts, invoices: (r) => r.row.issued }[section] ?? (() => "");
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return rows.sort((a, b) => compare(a.team, b.team) || compare(order(a), order(b)) || compare(a.key, b.key));
}
