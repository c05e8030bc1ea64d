// The days: the slider, the state, the charts, the branches side by side.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shoot, start, stop, textOf, violations, visit } from "./chromium.js";

before(start);
after(stop);

const dayOf = (page) => page.locator("#day-name time").getAttribute("datetime");
const rows = (page, section) => page.locator("#state section", { has: page.locator(`h3:has-text("${section}")`) }).locator("tbody tr");
const cells = async (page, section) => (await rows(page, section).allInnerTexts()).map((text) => text.split(/\s*\t\s*/));

// goTo moves the slider as a hand does, to a day.
async function goTo(page, date) {
  await page.locator("#day").evaluate((slider, day) => {
    slider.value = String(Date.parse(day) / 86400000);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }, date);
  assert.equal(await dayOf(page), date);
}

test("the slider starts where something failed, and at the end where nothing did", async () => {
  await visit("story", {}, async (page) => assert.equal(await dayOf(page), "2026-02-20"));
  await visit("year", {}, async (page) => assert.equal(await dayOf(page), "2027-01-05"));
});

test("the slider moves by keyboard", () =>
  visit("story", {}, async (page) => {
    await page.focus("#day");
    const press = async (key, date) => {
      await page.keyboard.press(key);
      assert.equal(await dayOf(page), date, key);
    };
    await press("ArrowLeft", "2026-02-19");
    await press("ArrowRight", "2026-02-20");
    await press("ArrowRight", "2026-02-21");
    await press("Home", "2026-01-05");
    await press("ArrowLeft", "2026-01-05");
    await press("End", "2026-03-10");
    await press("ArrowRight", "2026-03-10");
    assert.equal(await page.locator("#day").getAttribute("aria-valuetext"), "Tuesday, March 10, 2026");
    assert.equal(await page.locator("#day-after").getAttribute("aria-disabled"), "true");
    await page.focus("#day-before");
    await press("Enter", "2026-03-09");
    await page.focus("#change-before");
    await press("Enter", "2026-03-05");
    await page.focus("#change-after");
    assert.equal(await page.locator("#change-after").getAttribute("aria-disabled"), "true");
    await press("Enter", "2026-03-05");
    await page.focus("#change-before");
    await press("Space", "2026-02-05");
    await page.focus("#change-after");
    await press("Space", "2026-03-05");
  }));

test("the slider and the charts move by mouse", () =>
  visit("story", {}, async (page) => {
    const slider = await page.locator("#day").boundingBox();
    await page.mouse.click(slider.x + 9, slider.y + slider.height / 2);
    assert.equal(await dayOf(page), "2026-01-05");
    await page.mouse.move(slider.x + 9, slider.y + slider.height / 2);
    await page.mouse.down();
    await page.mouse.move(slider.x + slider.width / 2, slider.y + slider.height / 2, { steps: 8 });
    await page.mouse.up();
    assert.equal(await dayOf(page), "2026-02-06", "half of the way between the fifth of January and the tenth of March");
    await page.click("#day-after");
    assert.equal(await dayOf(page), "2026-02-07");
    await page.locator("#chart-seats").scrollIntoViewIfNeeded();
    const chart = await page.locator("#chart-seats svg").boundingBox();
    await page.mouse.click(chart.x + chart.width - 12, chart.y + chart.height / 2);
    assert.equal(await dayOf(page), "2026-03-10");
  }));

test("each day has the state of its end", () =>
  visit("story", {}, async (page) => {
    await goTo(page, "2026-01-05");
    assert.deepEqual(await cells(page, "People"), [["ada@acme.test", "acme", "primary", "active", "1"], ["bob@acme.test", "acme", "guest", "invited", "0"], ["zoe@zeta.test", "zeta", "primary", "active", "0"]]);
    assert.deepEqual(await cells(page, "Seats"), [["autocad-lt", "acme", "2", "1", "1", "0"]]);
    const [pack] = await cells(page, "Token packs");
    assert.deepEqual(pack.slice(1), ["acme", "500", "500", "2027-01-05 10:00"]);
    const [subscription] = await cells(page, "Subscriptions");
    assert.deepEqual(subscription.slice(1), ["acme", "autocad-lt", "2", "monthly", "active", "2026-01-05 10:00", "2026-02-05 10:00", "yes"]);
    assert.equal((await cells(page, "Invoices")).length, 2);
    await goTo(page, "2026-01-10");
    assert.equal((await cells(page, "Seats"))[0][5], "1", "the seat is used");
    assert.match(await rows(page, "Seats").first().getAttribute("class"), /changed/);
    assert.match((await cells(page, "Seats"))[0][0], /changed on this day/);
    await goTo(page, "2026-01-12");
    assert.equal((await cells(page, "Seats"))[0][5], "0", "it is used no more");
    await goTo(page, "2026-01-19");
    assert.equal((await cells(page, "Seats"))[0][2], "2");
    assert.deepEqual((await cells(page, "People"))[1].slice(1), ["acme", "guest", "expired", "0"], "the invitation has ended by then");
    await goTo(page, "2026-01-20");
    assert.equal((await cells(page, "Seats"))[0][2], "5");
    assert.match(await textOf(page, "#tiles"), /1 \/ 5/);
    await page.selectOption("#team", "zeta");
    assert.deepEqual(await cells(page, "People"), [["zoe@zeta.test", "primary", "active", "0"]]);
    assert.match(await textOf(page, "#tiles"), /0 \/ 0/);
  }));

test("a branch begins at its mark, and lives on after its last step", () =>
  visit("story", {}, async (page) => {
    await page.selectOption("#line", { label: "more seats" });
    await goTo(page, "2026-01-14");
    assert.equal((await cells(page, "Seats"))[0][2], "2");
    await goTo(page, "2026-01-15");
    assert.equal((await cells(page, "Seats"))[0][2], "10");
    assert.equal(await page.locator("#line-state").isVisible(), false);
    await goTo(page, "2026-03-01");
    assert.match(await textOf(page, "#line-state"), /The steps of this line end on Tuesday, February 10, 2026/);
    assert.equal((await cells(page, "Invoices")).length, 4);
    await goTo(page, "2026-03-05");
    assert.equal((await cells(page, "Invoices")).length, 5, "time has renewed the subscription");
  }));

test("the lines stand side by side at the same instant", () =>
  visit("story", {}, async (page) => {
    const line = async (label) => (await page.locator("#beside-table tr", { has: page.locator(`th:text-is("${label}")`) }).first().innerText()).trim().split(/\s*\t\s*/);
    assert.deepEqual((await page.locator("#beside-table thead").innerText()).trim().split(/\s*\t\s*/), ["At the end of the day", "Main line", "more seats", "left alone"]);
    await goTo(page, "2026-01-05");
    assert.deepEqual(await line("Seats assigned"), ["Seats assigned", "1", "≠ 0", "≠ 0"]);
    assert.deepEqual(await line("Seats owned"), ["Seats owned", "2", "2", "2"]);
    await goTo(page, "2026-01-20");
    assert.deepEqual(await line("Seats owned"), ["Seats owned", "5", "≠ 10", "≠ 2"]);
    assert.deepEqual(await line("autocad-lt"), ["autocad-lt", "1 / 5", "≠ 0 / 10", "≠ 0 / 2"]);
    const all = await page.locator("#beside-table tbody tr").count();
    await page.check("#beside-only");
    const some = await page.locator("#beside-table tbody tr").count();
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    for (const row of await page.locator("#beside-table tbody tr:not(:has(.group))").all()) assert.ok((await row.locator(".differs").count()) > 0);
    await shoot(page, "beside-only");
  }));

test("a page of one line has no branches to compare", () =>
  visit("large", {}, async (page) => {
    assert.equal(await page.locator("#beside").isVisible(), false);
    assert.equal(await page.locator("#line-label").isVisible(), false);
    assert.equal(await page.locator("#team-label").isVisible(), false);
  }));

test("the charts have their figures as tables too", () =>
  visit("story", {}, async (page) => {
    for (const chart of ["#chart-seats", "#chart-tokens", "#chart-money"]) {
      assert.equal(await page.locator(chart + " svg").getAttribute("role"), "img");
      assert.match(await page.locator(chart + " svg").getAttribute("aria-label"), /\d/);
      await page.click(chart + " summary");
    }
    const seats = await page.locator("#chart-seats tbody tr").allInnerTexts();
    assert.ok(seats.map((t) => t.split(/\s*\t\s*/).join(" ")).includes("2026-01-20 1 0 5"), seats.join("; "));
    assert.equal(await page.locator("#chart-money tbody tr").first().innerText(), "2026-01\t" + (await page.locator("#chart-money tbody tr td").first().innerText()) + "\t0.00 USD");
    await page.selectOption("#team", "zeta");
    assert.equal(await page.locator("#chart-seats").isVisible(), false, "it has no seats");
  }));

// Tables of more rows than are shown at once.
const people = (page) => page.locator("#state section", { has: page.locator('h3:has-text("People")') });
const told = (page) => people(page).getByRole("status").innerText();

test("a long table is paged through by keyboard", () =>
  visit("crowd", {}, async (page) => {
    assert.equal(await told(page), "Rows 1 to 200 of 451");
    assert.equal(await rows(page, "People").count(), 200);
    const before = people(page).getByRole("button", { name: "Previous rows" }), after = people(page).getByRole("button", { name: "Next rows" });
    assert.equal(await before.getAttribute("aria-disabled"), "true");
    await after.focus();
    await page.keyboard.press("Enter");
    assert.equal(await told(page), "Rows 201 to 400 of 451");
    await page.keyboard.press("Enter");
    assert.equal(await told(page), "Rows 401 to 451 of 451");
    assert.equal(await rows(page, "People").count(), 51);
    assert.equal((await cells(page, "People")).at(-1)[0], "p0450@acme.test");
    assert.equal(await after.getAttribute("aria-disabled"), "true");
    await page.keyboard.press("Enter");
    assert.equal(await told(page), "Rows 401 to 451 of 451", "there is no page after the last");
    assert.ok(await after.evaluate((b) => b === document.activeElement), "the focus stays");
    assert.deepEqual(await violations(page), []);
    await page.click("#day-before");
    assert.equal(await told(page), "Rows 401 to 451 of 451", "the page stays while days go by");
    await before.focus();
    await page.keyboard.press("Space");
    assert.equal(await told(page), "Rows 201 to 400 of 451");
    assert.equal(await people(page).locator(".tools").count(), 1);
    assert.equal(await page.locator("#state .tools").count(), 1, "a short table has no controls");
  }));

test("a row is found among all, in both languages", () =>
  visit("crowd", {}, async (page) => {
    const find = page.getByRole("searchbox", { name: "Find: People" });
    await find.fill("P044 invited");
    assert.equal(await told(page), "Rows 1 to 10 of 10");
    assert.deepEqual((await cells(page, "People")).map((c) => c[0]).slice(0, 2), ["p0440@acme.test", "p0441@acme.test"]);
    assert.ok(await find.evaluate((b) => b === document.activeElement), "the focus stays while one types");
    await find.fill("p0450");
    assert.equal(await told(page), "Row 1 to 1 of 1");
    await find.fill("nobody");
    assert.equal(await told(page), "No row has this text.");
    assert.equal(await rows(page, "People").count(), 0);
    assert.deepEqual(await violations(page), []);
    await shoot(page, "crowd-nobody");
    await page.selectOption("#language", "fr");
    const chercher = page.getByRole("searchbox", { name: "Chercher: Personnes" });
    assert.equal(await chercher.inputValue(), "nobody");
    await chercher.fill("");
    assert.equal(await page.locator("#state").getByRole("status").innerText(), "Lignes 1 à 200 sur 451");
    await page.getByRole("button", { name: "Lignes suivantes" }).click();
    assert.equal(await page.locator("#state").getByRole("status").innerText(), "Lignes 201 à 400 sur 451");
    assert.deepEqual(await violations(page), []);
    await shoot(page, "crowd-fr");
  }));

test("printed, a long table has its first page and the count", () =>
  visit("crowd", {}, async (page) => {
    await page.getByRole("searchbox", { name: "Find: People" }).fill("p0450");
    await page.emulateMedia({ media: "print" });
    await page.waitForFunction(() => document.querySelector("#state").innerText.includes("251 rows more are not shown."));
    assert.equal(await rows(page, "People").count(), 200);
    assert.equal(await page.locator("#state .tools").count(), 0);
    await page.emulateMedia({ media: "screen" });
    await page.waitForFunction(() => document.querySelector("#state [role=status]")?.innerText === "Row 1 to 1 of 1");
  }));

test("who uses a product in overlap holds no seat", () =>
  visit("crowd", {}, async (page) => {
    await goTo(page, "2026-01-05");
    assert.match(await textOf(page, "#tiles"), /1 \/ 3\s+assigned \/ owned; 0 used on this day\s+Tokens/);
    await goTo(page, "2026-01-06");
    assert.deepEqual((await cells(page, "Seats")).map((c) => c.slice(1, 3)), [["3", "0"], ["0", "1"]]);
    assert.match(await textOf(page, "#tiles"), /0 \/ 3\s+assigned \/ owned; 0 used on this day; 1 assigned without a seat/);
  }));
