// Makes the pages that the tests look at, with the seatsim of this tree.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { century, crowd, hostile, large, late, nothing, story } from "./scenarios.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const pages = join(here, "pages");
const seatsim = join(pages, "seatsim");

// run expects an exit code: 1 is what a scenario that fails on purpose exits with.
function run(expected, ...args) {
  let code = 0;
  try {
    execFileSync(seatsim, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    code = error.status;
  }
  if (code !== expected) throw new Error(`seatsim ${args.join(" ")} exits with ${code}, not ${expected}`);
}

rmSync(pages, { recursive: true, force: true });
mkdirSync(pages, { recursive: true });
execFileSync("go", ["build", "-buildvcs=false", "-o", seatsim, "./simulator/cmd/seatsim"], { cwd: root, stdio: "inherit" });
for (const [name, text] of Object.entries({ story, nothing, late, century, hostile, large: large(10_000), crowd: crowd(450) })) writeFileSync(join(pages, name + ".yaml"), text);

const example = (name) => join("examples", "scenarios", name + ".yaml");
const own = (name) => relative(root, join(pages, name + ".yaml"));
const page = (name) => ["--html", join(pages, name + ".html")];
run(1, "run", "--quiet", ...page("story"), own("story"));
run(1, "run", "--quiet", ...page("hostile"), own("hostile"));
for (const name of ["large", "crowd", "nothing", "late", "century"]) run(0, "run", "--quiet", ...page(name), own(name));
run(0, "run", "--quiet", ...page("year"), example("first-year"));
run(0, "run", "--quiet", ...page("branches"), example("what-if"));
run(1, "run", "--quiet", ...page("several"), example("overlap"), own("story"), example("flex-studio"));
const all = readdirSync(join(root, "examples", "scenarios")).filter((name) => name.endsWith(".yaml")).map((name) => join("examples", "scenarios", name));
run(0, "run", "--quiet", ...page("all"), ...all);
run(0, "coverage", "--rules-only", ...page("coverage"), example("overlap"), example("first-year"));
run(0, "coverage", ...page("boundaries"), example("overlap"));
