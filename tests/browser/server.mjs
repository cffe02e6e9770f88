// One installation of the real server for one file of tests: its own data, on a port the system
// chose, with one merchant. Owns its start, its end and the way into its API. It deliberately reads
// nothing of the database: what is proved is what merchants, payers and clients can see.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Timings under which nothing takes long, in milliseconds. */
const QUICK = {
  ENCAISSE_RAIL__ANSWER_TIMEOUT_MS: "2500",
  ENCAISSE_RAIL__LATE_WINDOW_MS: "1000",
  ENCAISSE_RAIL__ADVICE_RETRY_FIRST_MS: "150",
  ENCAISSE_RAIL__ADVICE_RETRY_MAX_MS: "300",
  ENCAISSE_WORKERS__LEASE_MS: "3000",
  ENCAISSE_WORKERS__RESOLVE_AGE_MS: "4000",
  ENCAISSE_WORKERS__RESOLVE_PERIOD_MS: "100",
  ENCAISSE_IDEMPOTENCY__WAIT_MS: "6000",
  ENCAISSE_SANDBOX__SLOW_ANSWER_MS: "1500",
  ENCAISSE_SANDBOX__LATE_ANSWER_MS: "3000",
};

/** The path in a variable that `cargo xtask` sets. */
export function given(variable) {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} is not set: run \`cargo xtask test --only browser\``);
  return path;
}

/**
 * Starts a server. `settings` are environment variables that win over the quick timings; `name` is
 * what payers read.
 */
export async function startServer({ name = "Librairie du Port", settings = {} } = {}) {
  const binary = given("ENCAISSE_BIN");
  const folder = await mkdtemp(join(tmpdir(), "encaisse-browser-"));
  const env = {
    ...foreign(process.env),
    ...QUICK,
    ENCAISSE_DATA_DIR: join(folder, "data"),
    ENCAISSE_LISTEN: "127.0.0.1:0",
    ENCAISSE_LOG__FORMAT: "json",
    ...settings,
  };
  const create = ["admin", "merchant", "create", "--json", "--name", name];
  const made = await run(binary, [...create, "--email", "marie@librairie.example"], { env });
  const child = spawn(binary, ["serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
  const log = [];
  const port = await readyOn(child, log);
  const merchant = JSON.parse(made.stdout);
  return {
    origin: settings.ENCAISSE_PUBLIC_URL ?? `http://127.0.0.1:${port}`,
    port,
    merchant,
    get: (path) => ask(port, path, merchant.secret_key),
    post: (path, fields) => ask(port, path, merchant.secret_key, fields),
    stop: () => stop({ child, log, binary, env, folder }),
  };
}

/** What the machine has set; the server refuses settings of ours that it does not know. */
function foreign(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("ENCAISSE_")));
}

/** The port, once the server says that it is ready. Its log is read to the end of its life. */
function readyOn(child, log) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`the server ended with ${code}: ${log.join("\n")}`));
    child.once("error", reject);
    child.once("exit", ended);
    createInterface({ input: child.stderr }).on("line", (line) => {
      log.push(line);
      const ready = /Listening on \S+:(\d+)\. Ready on /.exec(line);
      if (ready) resolve(Number(ready[1]));
    });
  });
}

/** The answer of the API to the merchant's secret key. */
async function ask(port, path, key, fields) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: fields ? "POST" : "GET",
    headers: { Authorization: `Bearer ${key}` },
    body: fields && new URLSearchParams(fields),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

/** Ends the server as an operator does, and proves that its books balance and its log is calm. */
async function stop({ child, log, binary, env, folder }) {
  try {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = child.exitCode === null ? await ended : [child.exitCode];
    await run(binary, ["ledger", "verify"], { env });
    const errors = log.filter((line) => line.includes('"level":"ERROR"'));
    if (code !== 0 || errors.length > 0) {
      throw new Error(`the server ended with ${code}: ${errors.join("\n")}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
