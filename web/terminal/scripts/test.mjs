// Runs the unit tests: bundles them for Node, which cannot read TypeScript itself, and hands them
// to its own test runner. Arguments are passed on (`npm test -- --test-name-pattern=refund`).

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

mkdirSync("node_modules/.cache", { recursive: true });
const outDir = mkdtempSync(join("node_modules", ".cache", "test-"));
const names = readdirSync("test").filter((name) => name.endsWith(".test.ts"));

try {
  await build({
    configFile: false,
    logLevel: "warn",
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      rollupOptions: {
        input: Object.fromEntries(names.map((name) => [name.slice(0, -3), join("test", name)])),
        output: { entryFileNames: "[name].mjs" },
      },
    },
  });
  const files = names.map((name) => join(outDir, name.replace(/\.ts$/, ".mjs")));
  const options = ["--test", "--test-reporter=spec", ...process.argv.slice(2)];
  const run = spawnSync(process.execPath, [...options, ...files], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(outDir, { recursive: true, force: true });
}
