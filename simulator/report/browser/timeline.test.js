// The timeline: its filters, its rows, what it tells of each, and what links to it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { becomes, shoot, start, stop, textOf, visit } from "./chromium.js";

before(start);
after(stop);

const found = async (page) => Number((await textOf(page, "#found")).replace(/,/g, "").match(/^\d+/)[0]);
const data = (page, n = 0) => page.evaluate((run) => JSON.parse(document.getElementById(`run-${run}-data`).textContent), n);
const selected = (page) => page.locator("#list [aria-selected=true] .what").innerText();

test("each filter keeps what it says, and they add up", () =>
  visit("story", {}, async (page) => {
    const run = await data(page);
    const count = (keeps) => run.events.filter(keeps).length;
    const cites = (id) => (e) => (e.reasons ?? []).some((r) => run.rules[r.rule].id === id);
    assert.equal(await found(page), run.events.length);
    for (const [filter, value, keeps] of [
      ["actor", "ada@acme.test", (e) => e.who === "ada@acme.test"],
      ["kind", "step", (e) => e.kind === "step"], ["kind", "work", (e) => e.kind === "work"],
      ["kind", "notice", (e) => e.kind === "notice"], ["kind", "fact", (e) => e.kind === "fact"],
      ["outcome", "failed", (e) => e.failures], ["outcome", "refused", (e) => e.refusal && !e.failures],
      ["outcome", "passed", (e) => e.kind === "step" && !e.failures && !e.refusal],
      ["branch", "main", (e) => !e.branch], ["branch", "/more seats", (e) => e.branch?.[0] === "more seats"],
      ["rule", "BIL-4", cites("BIL-4")],
    ]) {
      await page.selectOption("#filter-" + filter, value);
      const n = count(keeps);
      assert.ok(n > 0 && n < run.events.length, `${filter} ${value} keeps ${n}`);
      assert.equal(await found(page), n, `${filter} ${value}`);
      await page.click("#clear");
      assert.equal(await found(page), run.events.length);
    }
    await page.fill("#filter-day", "2026-01-20");
    assert.equal(await found(page), count((e) => e.at.startsWith("2026-01-20")));
    await page.selectOption("#filter-kind", "step");
    assert.equal(await found(page), 1);
    assert.equal(await selected(page), "billing.add_seats");
    await page.click("#clear");
    await page.fill("#filter-text", "ADD_seats acme");
    await page.selectOption("#filter-branch", "main");
    assert.equal(await selected(page), "billing.add_seats");
    await page.fill("#filter-text", "no such thing");
    assert.equal(await found(page), 0);
    assert.match(await textOf(page, "#list"), /No event fits the filters/);
  }));

test("the list is used by keyboard", () =>
  visit("year", {}, async (page) => {
    const run = await data(page);
    const at = async () => Number(await page.locator("#list [aria-selected=true]").getAttribute("aria-posinset"));
    await page.focus("#list");
    for (const [key, place] of [["ArrowDown", 2], ["ArrowDown", 3], ["ArrowUp", 2], ["End", run.events.length], ["ArrowDown", run.events.length], ["Home", 1], ["ArrowUp", 1]]) {
      await page.keyboard.press(key);
      // The rows are drawn anew when the list scrolls, which is a moment later.
      await page.waitForFunction((place) => {
        const list = document.getElementById("list"), row = document.getElementById(list.getAttribute("aria-activedescendant"));
        if (row?.getAttribute("aria-selected") !== "true" || Number(row.getAttribute("aria-posinset")) !== place) return false;
        const [r, l] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
        return r.top >= l.top - 1 && r.bottom <= l.bottom + 1;
      }, place).catch(() => assert.fail(`${key}: row ${place} is not selected and in view`));
    }
    await page.keyboard.press("PageDown");
    assert.ok((await at()) > 5);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "detail");
  }));

test("an event is told with its rules, their figures and links to their texts", () =>
  visit("story", {}, async (page) => {
    assert.equal(await selected(page), "licensing.seats", "what failed is selected first");
    assert.match(await textOf(page, "#detail"), /want owned: 4, got 5/);
    assert.match(await textOf(page, "#detail"), /Five would be right\./);
    await page.fill("#filter-text", "billing.upgrade");
    assert.match(await textOf(page, "#detail"), /not-upgradable/);
    await page.fill("#filter-text", "billing.purchase");
    const why = await textOf(page, "#detail .why");
    assert.match(why, /BIL-2/);
    assert.match(why, /proration = |term|price/);
    const link = page.locator("#detail .why a").first();
    const id = (await link.innerText()).trim();
    await link.click();
    await page.waitForURL((url) => url.hash !== "");
    assert.equal(new URL(page.url()).hash, "#rule-" + id);
    assert.ok(await page.locator("#rule-" + id).evaluate((n) => n.matches(":target") && n.getBoundingClientRect().top < innerHeight && n.getBoundingClientRect().bottom > 0));
    await page.click(`#rule-${id} button`);
    assert.equal(await page.inputValue("#filter-rule"), id);
    assert.ok((await found(page)) > 0);
  }));

test("every rule that is linked is on the page", async () => {
  for (const name of ["story", "year", "several", "all"]) {
    await visit(name, {}, async (page) => {
      const missing = await page.evaluate(() => {
        const ids = [...document.querySelectorAll("script[id^='run-']")].flatMap((s) => JSON.parse(s.textContent).rules.map((r) => r.id));
        const links = [...document.querySelectorAll("a[href^='#rule-']")].map((a) => a.hash.slice("#rule-".length));
        return [...ids, ...links].filter((id) => !document.getElementById("rule-" + id));
      });
      assert.deepEqual(missing, []);
    });
  }
});

test("what failed stands on top and leads to its event", () =>
  visit("several", {}, async (page) => {
    assert.equal(await page.locator("#failures ol > li").count(), 2);
    assert.equal(await textOf(page, "#run-title"), "A story with two failures", "the run that failed is shown first");
    await page.locator("#failures ol > li").nth(1).locator("a").first().click();
    await becomes(page, "#detail", "want owned: 9, got 10");
    assert.equal(await page.evaluate(() => document.activeElement.id), "detail");
    assert.equal(await page.locator("#line option:checked").innerText(), "more seats", "the day is that of the branch");
    assert.equal(await page.locator("#day-name time").getAttribute("datetime"), "2026-02-10");
  }));

test("the index leads to each scenario", () =>
  visit("several", {}, async (page) => {
    const names = await page.locator("#index tbody th").allInnerTexts();
    assert.equal(names.length, 3);
    for (const name of names) {
      await page.click(`#index a:text-is("${name}")`);
      await becomes(page, "#run-title", name);
      assert.equal(await page.locator("#index a[aria-current]").innerText(), name);
      assert.equal(await page.evaluate(() => document.activeElement.id), "run-title");
    }
    await page.goBack();
    await becomes(page, "#run-title", names[1]); // the way back is the browser's
  }));

test("an address leads to an event", () =>
  visit("several", { hash: "#run-2-event-30" }, async (page) => {
    const run = await data(page, 2);
    assert.equal(await textOf(page, "#run-title"), run.name);
    assert.equal(await page.locator("#list [aria-selected=true]").getAttribute("aria-posinset"), "31");
    assert.equal(await page.locator("#day-name time").getAttribute("datetime"), run.events[30].at.slice(0, 10));
  }));

for (const hash of ["#run-99", "#run-0-event-99999", "#run-", "#rule-NONE-1", "#%00"]) {
  test(`an address that leads nowhere, ${hash}, does no harm`, () =>
    visit("story", { hash }, async (page) => assert.equal(await textOf(page, "#run-title"), "A story with two failures")));
}

test("a day and its events lead to each other", () =>
  visit("story", {}, async (page) => {
    await page.fill("#filter-text", "left alone");
    await page.click("#detail button");
    assert.equal(await page.evaluate(() => document.activeElement.id), "day");
    const day = await page.locator("#day-name time").getAttribute("datetime");
    await page.click("#day-events");
    assert.equal(await page.inputValue("#filter-day"), day);
    assert.ok((await found(page)) > 0);
  }));

test("everything is reached by keyboard, and shows that it has the focus", () =>
  visit("several", {}, async (page) => {
    const reached = [];
    for (let i = 0; i < 400; i++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const node = document.activeElement;
        const box = node.getBoundingClientRect(), style = getComputedStyle(node);
        return { id: node.id, body: node === document.body, outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight };
      });
      if (at.body) break;
      assert.ok(at.outlined, `${at.id} shows its focus`);
      assert.ok(at.seen, `${at.id} is in view`);
      reached.push(at.id);
    }
    for (const id of ["language", "theme", "day-before", "day", "day-after", "change-before", "change-after", "line", "team", "day-events", "beside-only",
      "filter-text", "filter-actor", "filter-kind", "filter-outcome", "filter-branch", "filter-rule", "filter-day", "list"]) assert.ok(reached.includes(id), id);
    const first = await page.evaluate(() => document.querySelector(".skip").getAttribute("href"));
    assert.equal(first, "#main");
  }));

test("ten thousand events are a few rows", () =>
  visit("large", {}, async (page) => {
    // Counted in the page: to hand over ten thousand events takes longer than all else.
    const [events, changes] = await page.evaluate(() => {
      const run = JSON.parse(document.getElementById("run-0-data").textContent);
      return [run.events.length, run.album.lines[0].days.length];
    });
    assert.ok(events >= 10_000, String(events));
    const list = () => page.evaluate(() => ({ rows: document.querySelectorAll("#list .row").length, all: document.getElementsByTagName("*").length, tall: document.getElementById("list").scrollHeight }));
    const few = async (what) => {
      const { rows, all } = await list();
      assert.ok(rows > 5 && rows < 60, `${what}: ${rows} rows`);
      assert.ok(all < 2500, `${what}: ${all} elements`);
    };
    await few("at first");
    assert.ok((await list()).tall > events * 30, "the list is as tall as all of them");
    await page.locator("#list").evaluate((l) => { l.scrollTop = l.scrollHeight / 2; });
    await page.waitForFunction(() => [...document.querySelectorAll("#list .row")].some((r) => Number(r.getAttribute("aria-posinset")) > 5000));
    await few("half way");
    await page.focus("#list");
    await page.keyboard.press("End");
    assert.equal(await page.locator("#list [aria-selected=true]").getAttribute("aria-posinset"), String(events));
    await few("at the end");
    await page.selectOption("#filter-kind", "work");
    await few("filtered");
    for (const key of ["Home", "ArrowRight", "PageUp", "End", "PageDown"]) {
      await page.focus("#day");
      await page.keyboard.press(key);
    }
    await few("after the slider moved");
    assert.ok(changes > 100 && changes < 500, `${changes} days: only those on which something is another are there`);
    await page.click("#clear");
    await page.emulateMedia({ media: "print" });
    await page.waitForSelector("#printed tbody tr");
    assert.equal(await page.locator("#printed tbody tr").count(), 1000);
    assert.match(await textOf(page, "#printed > p"), /rows more are not shown/);
    await page.emulateMedia({ media: "screen" });
    await shoot(page, "large", { fullPage: false });
  }));

test("all examples are one page", () =>
  visit("all", {}, async (page) => {
    const n = await page.locator("#index tbody tr").count();
    assert.ok(n > 150, String(n));
    for (const run of [0, Math.floor(n / 2), n - 1]) {
      await page.locator("#index tbody a").nth(run).click();
      await becomes(page, "#run-title", await page.locator("#index tbody a").nth(run).innerText());
    }
    await shoot(page, "all", { fullPage: false });
  }));
