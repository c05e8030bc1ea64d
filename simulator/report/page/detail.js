// What is told of the selected event: what was given, what came of it, and why.

function fact(key, ...value) {
  return [make("dt", {}, say(key)), make("dd", { lang: "en" }, ...value)];
}

function data(key, value) {
  return make("details", { open: JSON.stringify(value).length < 600 }, make("summary", {}, say(key)),
    make("pre", { tabindex: "0", lang: "en", role: "group", "aria-label": say(key) }, JSON.stringify(value, null, 2)));
}

const ruleLink = (id) => make("a", { href: "#rule-" + id, lang: "en" }, id);

// sentenceOf is the first sentence of a rule.
function sentenceOf(id) {
  const text = byId("rule-" + id)?.querySelector("p").textContent ?? "";
  const end = text.indexOf(". ");
  return end < 0 ? text : text.slice(0, end + 1);
}

function reasonsOf(e) {
  const { rules, figures } = timeline.run;
  const grouped = new Map();
  for (const reason of e.reasons ?? []) {
    grouped.set(reason.rule, [...(grouped.get(reason.rule) ?? []), ...(reason.figures ?? [])]);
  }
  return [...grouped].map(([at, all]) => {
    const { id, params } = rules[at], list = [...new Set(all)]; // a rule may be applied twice with the same figures
    return make("li", {}, ruleLink(id), " ", make("span", { lang: "en" }, sentenceOf(id)),
      params.length || list.length ? make("ul", { class: "figures", lang: "en" },
        list.map((f) => make("li", {}, figures[f])), params.map((p) => make("li", { class: "param" }, `${p.name} = ${p.value}`))) : "");
  });
}

function refusalOf(e) {
  const r = e.refusal;
  return make("div", { class: "refusal" }, make("p", {}, make("strong", {}, say("refused_with")), " ", make("code", { lang: "en" }, r.code), " · ", r.rule ? ruleLink(r.rule) : ""),
    make("p", { lang: "en" }, r.text), r.contact ? make("p", {}, say("contact"), " ", make("span", { lang: "en" }, r.contact)) : "");
}

// failureOf says what was wanted and what came, in the page's language as far as the
// words are the page's. The top of the page has the same from pagedata.go.
function failureOf(text) {
  const [want, came, more] = text.split(", got ");
  if (!want.startsWith("want ") || came === undefined || more !== undefined) return [text];
  const own = (words) => make("span", { lang: language }, words);
  const side = (words) => {
    if (words === "it done") return [own(say("it_done"))];
    return words.startsWith("refusal ") ? [own(say("refusal_word")), words.slice("refusal".length)] : [words];
  };
  return [own(say("wanted")), " ", ...side(want.slice("want ".length)), ", ", own(say("came")), " ", ...side(came)];
}

function detailOf(e) {
  const reasons = reasonsOf(e), day = dayOf(e.at);
  return [
    make("h3", { id: "detail-title" }, signOf(e), " ", make("span", { lang: "en" }, titleOf(e))),
    e.failures ? make("ul", { class: "wrong", lang: "en" }, e.failures.map((f) => make("li", {}, ...failureOf(f)))) : "",
    e.error ? make("p", { class: "bad", lang: "en" }, e.error) : "",
    e.refusal ? refusalOf(e) : "",
    e.note ? make("p", { class: "note", lang: "en" }, e.note) : "",
    make("dl", { class: "about" }, fact("instant", instant(e.at)), fact("place", `${timeline.run.file}:${e.line}`), e.kind === "step" ? fact("step", e.step) : [], fact("actor", e.who || "—"),
      e.branch ? fact("branch", branchOf(e)) : [], e.kind !== "step" && e.given ? fact("told", e.given) : [], e.amount ? fact("amount", e.amount) : [], e.tokens ? fact("tokens", e.tokens) : []),
    days.lives.length && day >= days.first && day <= days.last ? make("button", { type: "button", on: { click: () => { goToEvent(e); go("days", "day"); } } }, say("event_day")) : "",
    reasons.length ? make("div", { class: "why" }, make("h4", {}, say("why")), make("ul", {}, reasons)) : "",
    e.with ? data("with", e.with) : "",
    e.result !== undefined ? data("result", e.result) : "",
    e.cut ? make("p", { class: "dim" }, say("result_cut", { n: e.cut })) : "",
  ];
}
