// The scenarios that are written for the tests, beside the examples.

// story has two teams, two branches, a seat that is used, a step that fails on the
// main line and one that fails on a branch.
export const story = `name: A story with two failures
start: 2026-01-05T09:00:00Z
zone: Europe/Paris
policy: {invitation-life: 14d}
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: FR}}
  - {do: account.create_team, with: {team: zeta, owner: zoe@zeta.test, country: US}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}
  - {do: account.invite, by: ada@acme.test, with: {team: acme, email: bob@acme.test, role: guest}}
  - do: billing.purchase
    by: ada@acme.test
    with: {team: acme, product: autocad-lt, seats: 2, term: monthly}
    save: {sub: subscription.id}
  - {do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 500}}
  - {mark: bought}
  - {do: licensing.assign, by: ada@acme.test, with: {team: acme, product: autocad-lt, user: ada@acme.test}}
  - {at: 2026-01-10T09:00:00Z, do: flex.open, by: ada@acme.test, with: {user: ada@acme.test, product: autocad-lt}, save: {s: session.id}}
  - {at: 2026-01-11T09:00:00Z, do: flex.close, by: ada@acme.test, with: {session: $s}}
  - {at: 2026-01-20T09:00:00Z, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 3}}
  - {at: 2026-02-20T09:00:00Z, ask: licensing.seats, with: {team: acme, product: autocad-lt}, want: {owned: 4}, note: Five would be right.}
  - {at: 2026-03-10T09:00:00Z, do: billing.upgrade, by: ada@acme.test, with: {subscription: $sub, to: maya}, fails: not-upgradable}
  - fork:
      from: bought
      name: more seats
      steps:
        - {at: 2026-01-15T09:00:00Z, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 8}}
        - {at: 2026-02-10T09:00:00Z, ask: licensing.seats, with: {team: acme, product: autocad-lt}, want: {owned: 9}}
  - {fork: {from: bought, name: left alone, steps: [{at: 2026-01-07T09:00:00Z, ask: licensing.seats, with: {team: acme, product: autocad-lt}, want: {owned: 2}}]}}
`;

// nothing has no step, late a day that cannot be written, and century more days than
// an album has.
export const nothing = "name: Nothing\nstart: 2026-01-05\nsteps: []\n";
export const late = "name: Late\nstart: 9999-12-31T23:59:59Z\nzone: Pacific/Auckland\nsteps:\n  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: NZ}}\n";
export const century = `name: A century and more
start: 1900-01-01
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {at: 2026-01-01, mark: end}
`;

// hostile calls everything by names that would be markup, or would end a script.
export const nasty = "</script><script>hacked = 1</script><img src=x onerror='hacked = 2'>{{.}}\u2028<!--";
const name = JSON.stringify(nasty.replace("\u2028", "")); // a name holds nothing that cannot be seen
const word = JSON.stringify(nasty).replace(/\u2028/g, "\\u2028");
export const hostile = `name: ${word}
start: 2026-01-05T09:00:00Z
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US, name: ${name}}, note: ${word}}
  - {mark: ${word}}
  - {do: account.create_group, with: {team: acme, group: ${name}}}
  - {ask: licensing.seats, with: {team: acme, product: autocad-lt}, want: {owned: 7}}
  - {fork: {from: ${word}, name: ${word}, steps: [{after: 1d, do: account.create_group, with: {team: acme, group: ${name}}}]}}
`;

// crowd is a team of so many people beside its owner, with somebody in overlap after an
// upgrade on the second day.
export function crowd(people) {
  const invited = Array.from({ length: people }, (_, i) => `  - {do: account.invite, with: {team: acme, email: p${String(i + 1).padStart(4, "0")}@acme.test}}`);
  return ["name: A crowd", "start: 2026-01-05T09:00:00Z", "steps:",
    "  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}",
    "  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}",
    "  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: autocad-lt, seats: 3, term: annual}, save: {sub: subscription.id}}",
    "  - {do: licensing.assign, by: ada@acme.test, with: {team: acme, product: autocad-lt, user: ada@acme.test}}",
    ...invited,
    "  - {after: 1d, do: billing.upgrade, by: ada@acme.test, with: {subscription: $sub, to: autocad}}",
    "  - {after: 1d, mark: the last day}"].join("\n") + "\n";
}

// large is a scenario of so many steps, an hour apart.
export function large(steps) {
  const lines = [
    "name: Ten thousand steps", "start: 2026-01-05T09:00:00Z", "steps:",
    "  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}",
    "  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}",
    "  - {do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 2500}}",
    "  - {do: flex.assign, by: ada@acme.test, with: {team: acme, user: ada@acme.test, products: all}}",
  ];
  for (let i = lines.length - 3; i < steps; i++) {
    if (i % 4000 === 0) lines.push("  - {do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 2500}}");
    else lines.push(i % 24 === 0 ?
      "  - {after: 1h, do: flex.open, by: ada@acme.test, with: {user: ada@acme.test, product: maya}}" :
      "  - {after: 1h, ask: flex.balance, with: {team: acme}, want: {held: 0}}");
  }
  return lines.join("\n") + "\n";
}
