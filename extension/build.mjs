// Bundles the extension into dist/unpacked, to be loaded as it is, and into a zip for the store.
// usage: node build.mjs [FOLDER instead of dist]
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { coasts, land } from "./outlines.mjs";
import { zipped } from "./zip.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = process.argv[2] ?? join(HERE, "dist");
const UNPACKED = join(DIST, "unpacked");
const SCRIPTS = ["canvas", "companion", "look", "options", "worker"];
const FILES = ["manifest.json", "options.html", "options.css", ...[16, 32, 48, 128].map((px) => `icons/${px}.png`)];

await rm(DIST, { recursive: true, force: true });
await mkdir(join(UNPACKED, "icons"), { recursive: true });
await build({
  entryPoints: SCRIPTS.map((name) => join(HERE, "src", `${name}.ts`)),
  outdir: UNPACKED,
  bundle: true,
  minify: true,
  format: "iife",
  target: "chrome120",
  loader: { ".css": "text" },
  define: { LAND: JSON.stringify(await land()), COASTS: JSON.stringify(await coasts()) },
  logLevel: "warning",
});
for (const file of FILES) await cp(join(HERE, file), join(UNPACKED, file));

// The store gives every extension a key of its own, and refuses a manifest that brings one.
const { key, ...manifest } = JSON.parse(await readFile(join(HERE, "manifest.json"), "utf8"));
const names = [...FILES, ...SCRIPTS.map((name) => `${name}.js`)].sort();
const contents = await Promise.all(names.map(async (name) => [name, await readFile(join(UNPACKED, name))]));
const files = contents.map(([name, bytes]) =>
  name === "manifest.json" ? [name, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)] : [name, bytes],
);
const zip = join(DIST, `homing-extension-${manifest.version}.zip`);
await writeFile(zip, zipped(files));
console.log(zip);
