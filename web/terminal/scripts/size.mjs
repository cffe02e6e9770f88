// Fails when the app has grown too heavy: the entry script above 25 kB gzipped, or everything a
// first visit loads above 40 kB. Also fails on what the content security policy would refuse.

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const ENTRY_MAX = 25_000;
const TOTAL_MAX = 40_000;

const html = readFileSync("dist/index.html", "utf8");
const gzipped = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;

const entry = /src="\/(assets\/[^"]+\.js)"/.exec(html)?.[1];
if (!entry) throw new Error("dist/index.html names no entry script; run the build first.");

const assets = readdirSync("dist/assets").map((name) => `assets/${name}`);
const sizes = new Map(["index.html", ...assets].map((file) => [file, gzipped(file)]));
const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of sizes) console.log(`${String(size).padStart(7)}  ${file}`);
console.log(`${String(total).padStart(7)}  in total, gzipped`);

const faults = [];
const entrySize = sizes.get(entry) ?? 0;
if (entrySize > ENTRY_MAX) faults.push(`entry script: ${entrySize} bytes, at most ${ENTRY_MAX}`);
if (total > TOTAL_MAX) faults.push(`first visit: ${total} bytes, at most ${TOTAL_MAX}`);
if (/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=/.test(html)) {
  faults.push("index.html has an inline script or style");
}
if (/https?:\/\//.test(html)) faults.push("index.html names another host");

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
