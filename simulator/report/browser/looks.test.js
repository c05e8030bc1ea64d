// What the pages look like, and to whom: both themes, both languages, wide and
// narrow, printed, and read by a machine.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { becomes, shoot, start, stop, texts, textOf, violations, visit } from "./chromium.js";

before(start);
after(stop);

const looks = [];
for (const colorScheme of ["light", "dark"]) for (const locale of ["en-GB", "fr-FR"]) looks.push({ colorScheme, locale });

for (const name of ["story", "year", "crowd", "branches", "several", "hostile", "coverage", "boundaries"]) {
  const plain = ["coverage", "boundaries"].includes(name); // these have one language and no script
  for (const look of looks.filter((l) => !plain || l.locale === "en-GB")) {
    test(`axe-core finds nothing in ${name}, ${look.colorScheme}, ${look.locale}`, () =>
      visit(name, look, async (page) => {
        assert.deepEqual(await violations(page), []);
        await shoot(page, `${name}-${look.colorScheme}-${look.locale.slice(0, 2)}`);
      }));
  }
}

for (const name of ["story", "several", "coverage"]) {
  test(`${name} fits 390 pixels`, () =>
    visit(name, { viewport: { width: 390, height: 844 }, colorScheme: "dark" }, async (page) => {
      const [wide, there] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= there, `the page is ${wide} pixels wide, of ${there}`);
      assert.deepEqual(await violations(page), []);
      await shoot(page, `${name}-narrow`);
    }));
}

test("the emptiest pages, and those with days missing, are in order", async () => {
  await visit("nothing", {}, async (page) => {
    assert.deepEqual(await violations(page), []);
    assert.match(await textOf(page, "#list"), /No event fits/);
    assert.equal(await page.locator("#day-name time").getAttribute("datetime"), "2026-01-05");
  });
  await visit("late", {}, async (page) => {
    assert.match(await textOf(page, "#days-trouble"), /days after the year 9999 are not shown/);
    assert.equal(await page.locator("#days-body").isVisible(), false);
    assert.equal(await page.locator("#beside").isVisible(), false);
    assert.match(await textOf(page, "#detail"), /account\.create_team/);
    assert.deepEqual(await violations(page), []);
  });
  await visit("century", {}, async (page) => {
    assert.match(await textOf(page, "#days-trouble"), /an album has 36525 days/);
    assert.equal(await page.locator("#day-name time").getAttribute("datetime"), "2000-01-01");
    assert.deepEqual(await violations(page), []);
  });
});

test("the chosen event, the opened tables and an empty list are in order too", () =>
  visit("story", { hash: "#run-0-event-5" }, async (page) => {
    for (const details of await page.locator(".chart details, .detail details").all()) {
      if (!(await details.evaluate((d) => d.open))) await details.locator("summary").click();
    }
    assert.deepEqual(await violations(page), []);
    await page.fill("#filter-text", "nothing is called so");
    assert.deepEqual(await violations(page), []);
  }));

test("the theme follows the system until one is chosen", async () => {
  const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = "rgb(246, 245, 241)", dark = "rgb(20, 22, 27)";
  await visit("year", { colorScheme: "light" }, async (page) => {
    assert.equal(await paper(page), light);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await paper(page), dark);
    await page.selectOption("#theme", "light");
    assert.equal(await paper(page), light);
    await page.selectOption("#theme", "dark");
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await paper(page), dark);
    assert.deepEqual(await violations(page), []);
    await page.reload();
    assert.equal(await paper(page), dark, "what was chosen is remembered");
    await page.selectOption("#theme", "auto");
    assert.equal(await paper(page), light);
  });
});

test("everything the page says is in the language that is chosen", () =>
  visit("several", { hash: "#run-1" }, async (page) => {
    const check = async (language) => {
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      const said = await page.evaluate(() => [...document.querySelectorAll("[data-t]")].map((n) => [n.dataset.t, n.textContent, n.closest("[lang]").lang]));
      assert.ok(said.length > 30);
      for (const [key, text, lang] of said) assert.deepEqual([text, lang], [texts[key][language], language], key);
      const labels = await page.evaluate(() => [...document.querySelectorAll("[data-t-label]")].map((n) => [n.dataset.tLabel, n.getAttribute("aria-label")]));
      for (const [key, text] of labels) assert.equal(text, texts[key][language], key);
    };
    await check("en");
    assert.match(await textOf(page, "#day-name"), /^Friday, February 20, 2026$/);
    assert.match(await textOf(page, "#tiles"), /Tokens left/);
    await page.selectOption("#language", "fr");
    await check("fr");
    assert.match(await textOf(page, "#day-name"), /^vendredi 20 février 2026$/);
    assert.match(await textOf(page, "#tiles"), /Jetons restants/);
    assert.match(await textOf(page, "#found"), /événements/);
    assert.match(await textOf(page, "#index-sum"), /3 scénarios exécutés\. 1 a donné autre chose\./);
    assert.match(await textOf(page, "#beside-table"), /Postes possédés/);
    assert.match(await textOf(page, "#run-facts"), /étapes conformes/);
    assert.match(await textOf(page, "#state"), /Abonnements/);
    assert.equal(await page.evaluate(() => document.querySelector("#rules p[lang]").lang), "en", "the rules' texts stay as they are");
    await page.reload();
    await check("fr");
    await page.selectOption("#language", "en");
    await check("en");
  }));

test("what was wanted and what came is said in the page's language", () =>
  visit("story", { hash: "#run-0-event-0" }, async (page) => {
    const wrong = page.locator("#failures .wrong li").first();
    assert.equal(await wrong.innerText(), "want owned: 4, got 5");
    await page.locator("#failures a[href^='#run-']").first().click();
    await becomes(page, "#detail", "want owned: 4, got 5");
    await page.selectOption("#language", "fr");
    assert.equal(await wrong.innerText(), "attendu owned: 4, obtenu 5");
    await becomes(page, "#detail", "attendu owned: 4, obtenu 5");
    assert.equal(await wrong.locator("span").first().getAttribute("lang"), "fr");
    assert.equal(await wrong.evaluate((li) => li.closest("[lang]").lang), "en", "the words of the domain stay as they are");
  }));

test("printed, the page has the whole timeline and none of its controls", () =>
  visit("story", {}, async (page) => {
    const events = await page.evaluate(() => JSON.parse(document.getElementById("run-0-data").textContent).events.length);
    assert.equal(await page.locator("#printed tr").count(), 0);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.waitForSelector("#printed tbody tr");
    assert.equal(await page.locator("#printed tbody tr").count(), events);
    for (const control of ["#language", "#day", "#filters", "#list", "#day-events", ".skip"]) assert.equal(await page.locator(control).isVisible(), false, control);
    for (const part of ["#failures", "#tiles", "#chart-seats", "#state", "#beside-table", "#rules"]) assert.equal(await page.locator(part).isVisible(), true, part);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    await shoot(page, "story-print");
    const sheet = await page.pdf({ format: "A4" });
    assert.equal(sheet.subarray(0, 5).toString(), "%PDF-");
    await page.emulateMedia({ media: "screen" });
    await page.waitForFunction(() => document.querySelectorAll("#printed tr").length === 0);
  }));
