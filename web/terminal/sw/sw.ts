// The service worker: the app's own files, so that it opens without network. It answers for those
// files only; payments, pages and everything else of the service pass by it untouched.

const worker = self as unknown as ServiceWorkerGlobalScope;

// Both are filled in by the build.
const FILES: string[] = "__FILES__" as unknown as string[];
const CACHE = "encaisse-__VERSION__";

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      // The running page has loaded all it needs, so a new version may take over at once.
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => worker.clients.claim()));
});

async function forgetOlder(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith("encaisse-") && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === worker.location.origin && FILES.includes(url.pathname);
  if (event.request.method !== "GET" || !ours) return;
  event.respondWith(fromCache(event.request, url.pathname));
});

async function fromCache(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
