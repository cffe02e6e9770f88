// How the app is built: hashed assets, one entry script, and the service worker with the list of
// everything to keep for an offline start.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const PUBLIC = new URL("public/", import.meta.url);

/** Fills the worker's list of files, and a version that changes when any of them does. */
function precache(): Plugin {
  return {
    name: "precache",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("The service worker was not built.");
        const built = Object.keys(bundle).filter((file) => file.startsWith("assets/"));
        const fixed = readdirSync(PUBLIC);
        const files = [...built, ...fixed].sort().map((file) => `/${file}`);
        const version = createHash("sha256");
        for (const file of fixed) version.update(readFileSync(new URL(file, PUBLIC)));
        for (const file of Object.values(bundle)) {
          version.update(file.type === "chunk" ? file.code : file.source);
        }
        worker.code = worker.code
          .replace(/["'`]__FILES__["'`]/, JSON.stringify(["/", ...files]))
          .replace("__VERSION__", version.digest("hex").slice(0, 16));
      },
    },
  };
}

export default defineConfig({
  plugins: [precache()],
  build: {
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { main: "index.html", sw: "sw/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
