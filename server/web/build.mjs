// Bundles the pages into dist/, which the server hands out under /static.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { feature } from "topojson-client";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
const MODULES = join(HERE, "../../node_modules");

async function json(...path) {
  return JSON.parse(await readFile(join(...path), "utf8"));
}

/** A TypeScript module of the pages, for use here. */
async function page(module) {
  const options = { bundle: true, write: false, format: "esm", platform: "node" };
  const { outputFiles } = await build({ entryPoints: [join(HERE, "src", module)], ...options });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** The guess map's world in one file: shapes by Natural Earth, names by make_places.py. */
async function world() {
  const { countryLabels } = await page("country-labels.ts");
  const topology = await json(MODULES, "world-atlas/countries-50m.json");
  const { countries: names, towns } = await json(HERE, "places.json");
  const countries = feature(topology, topology.objects.countries);
  const labels = countryLabels(countries.features, names);
  return JSON.stringify({ topology, labels, towns });
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
const PAGES = ["chat", "director", "home", "join", "lab", "live", "locate", "play", "replay", "study"];
await build({
  entryPoints: PAGES.map((page) => join(HERE, "src", `${page}.ts`)),
  outdir: DIST,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome115", "firefox115", "safari16.4"],
  loader: { ".woff2": "file", ".png": "dataurl", ".svg": "dataurl" },
  assetNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "warning",
});
await writeFile(join(DIST, "world.json"), await world());
const STILL = ["lost.html", "logo.svg"];
for (const file of [...PAGES.map((page) => `${page}.html`), ...STILL]) await cp(join(HERE, file), join(DIST, file));
await cp(join(MODULES, "@fontsource-variable/figtree/LICENSE"), join(DIST, "figtree.LEGAL.txt"));
