/* Sends what waits, in batches, until the server has it. A resend never doubles: each answer carries its own random id.

Kept waiting: no network, 429, 503 and whatever else may pass. Set apart for the staff: what is refused for good. */

import * as store from "./store.js";

const BATCH = 20;
const SECONDS_TO_ANSWER = 20;
const FIRST_WAIT = 5;
const LONGEST_WAIT = 300;
const TAKEN = [200, 201];
const REFUSED = [409, 413, 422];

let failures = 0;
let notBefore = 0;
let timer = 0;

/* Sends everything that waits, of whatever code, and hears how many of `code` the server has.

Returns what the server said last of `code`, or null when it could not be reached. */
export async function send(code, { atOnce = false } = {}) {
  if (atOnce) notBefore = 0;
  if (Date.now() < notBefore) return null;
  return navigator.locks.request("hailong-send", { ifAvailable: !atOnce }, (lock) => (lock ? sendAll(code) : null));
}

async function sendAll(code) {
  clearTimeout(timer);
  try {
    let said = null;
    let left = false;
    const codes = new Set([code, ...(await store.readWaiting()).map((answer) => answer.code)]);
    for (const each of codes) {
      const heard = await sendOf(each);
      left ||= heard.left;
      if (each === code) said = heard.said;
    }
    if (left) wait(code);
    else failures = notBefore = 0;
    return said;
  } catch (error) {
    if (!(error instanceof Later)) throw error;
    wait(code, error.seconds);
    return null;
  } finally {
    dispatchEvent(new Event("sent"));
  }
}

async function sendOf(code) {
  const waiting = (await store.readWaiting()).filter((answer) => answer.code === code);
  let left = false;
  let size = BATCH;
  let said = null;
  do {
    const batch = waiting.slice(0, size);
    const reply = await post(code, batch);
    if (reply.status === 413 && batch.length > 1) {
      size = Math.ceil(size / 2);
      continue;
    }
    waiting.splice(0, batch.length);
    if (reply.status === 413) {
      await store.setApart([[batch[0].id, "too_large"]]);
      continue;
    }
    said = reply;
    left = (await settle(batch, reply.outcomes)) || left;
  } while (waiting.length);
  return { said, left };
}

/* Each answer's own outcome; whether some are to be sent again. */
async function settle(batch, outcomes) {
  const of = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const status = (answer) => of.get(answer.id)?.status;
  await store.forget(batch.filter((answer) => TAKEN.includes(status(answer))).map((answer) => answer.id));
  const refused = batch.filter((answer) => REFUSED.includes(status(answer)));
  await store.setApart(refused.map((answer) => [answer.id, of.get(answer.id).reason]));
  return batch.some((answer) => ![...TAKEN, ...REFUSED].includes(status(answer)));
}

class Later extends Error {
  constructor(seconds = 0) {
    super("later");
    this.seconds = seconds;
  }
}

async function post(code, batch) {
  const { days } = await store.readCounts(code);
  const collected = Object.fromEntries(Object.entries(days).map(([day, count]) => [day, count.collected]));
  const answers = batch.map(({ code: _code, state: _state, reason: _reason, ...answer }) => answer);
  const ended = new AbortController();
  const late = setTimeout(() => ended.abort(), SECONDS_TO_ANSWER * 1000);
  try {
    const reply = await fetch(`/k/${code}/answers`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ answers, collected }),
      cache: "no-store",
      credentials: "omit",
      signal: ended.signal,
    });
    if (reply.status === 413) return { status: 413 };
    if (!reply.ok) throw new Later(Number(reply.headers.get("retry-after")) || 0);
    return { status: reply.status, ...(await reply.json()) };
  } catch (error) {
    throw error instanceof Later ? error : new Later();
  } finally {
    clearTimeout(late);
  }
}

/* The next try: later each time, at a moment that differs from tablet to tablet, and never before the server asks for it. */
function wait(code, atLeast = 0) {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
  const seconds = Math.max(atLeast, longest * (0.5 + Math.random() / 2));
  failures += 1;
  notBefore = Date.now() + seconds * 1000;
  timer = setTimeout(() => send(code, { atOnce: true }), seconds * 1000);
}
