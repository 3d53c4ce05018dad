/* Keeps the tablet's pages for the time without a network. Pages: the network first, then what is kept. Scripts and
styles have their version in their address, so what is kept is right. */

const KEPT = "hailong-tablet";
const SECONDS_TO_ANSWER = 4;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith("/k/")) event.respondWith(page(request, address));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function page(request, address) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(SECONDS_TO_ANSWER * 1000) });
    // 410: the code was withdrawn, and without a network the tablet must remember that too.
    if (answer.status === 200 || answer.status === 410) await cache.put(address, answer.clone());
    if (answer.status < 500 && answer.status !== 429) return answer;
    return (await kept(cache, address)) ?? answer;
  } catch (error) {
    const found = await kept(cache, address);
    if (found) return found;
    throw error;
  }
}

async function kept(cache, address) {
  return (await cache.match(address)) ?? cache.match(address, { ignoreSearch: true });
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}
