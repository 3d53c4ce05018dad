/* The form on a tablet that everybody uses: one question at a time, thanks for a few seconds, then all anew. */

import { fault, fields, isAsked, values } from "./answers.js";
import { isClockWrong, stamp } from "./moment.js";
import { send } from "./queue.js";
import * as store from "./store.js";

const page = document.body.dataset;
const stage = document.getElementById("stage");
const starts = page.slots.split(" ");
const WARNING = 20;
const RECENT = 120_000;
const SAME_TAP = 350;
const RENEWED_LATELY = 60_000;
const SECONDS_BETWEEN_LOOKS = 300;
const own = { code: page.code, version: page.version };

let language = page.language;
let person = null; // who is at it: { id, since, form }
let idle = Number(page.idle);
let timers = [];
let renew = false;
let shown = 0; // when the step came up: a finger's second tap is not meant for it
let clockWrong = false;
let kept = false; // whether the pages are put aside
let seen = []; // when people answered here in the last two minutes; in memory alone

const find = (selector) => stage.querySelector(selector);
const steps = () => [...person.form.querySelectorAll(".step")];
const asked = () => steps().filter((step) => isAsked(person.form, step));
const here = () => person.form.querySelector(".step:not([hidden])");

function draw(name) {
  stage.replaceChildren(document.getElementById(`${name}-${language}`).content.cloneNode(true));
  document.documentElement.lang = language;
}

/* A fresh form, made anew from the page: nothing of the last person is left in it, nor in the browser's undo. */
function start() {
  if (renew && navigator.onLine && Date.now() - Number(sessionStorage.renewed ?? 0) > RENEWED_LATELY) {
    sessionStorage.renewed = Date.now();
    location.reload();
    return;
  }
  draw("form");
  person = { id: store.newId(), since: performance.now(), form: find("form"), touched: false };
  show(steps()[0]);
  showQueue();
  restAgain();
}

function show(step, { focus = false } = {}) {
  for (const each of steps()) each.hidden = each !== step;
  shown = performance.now();
  tell(step, "");
  const all = asked();
  const at = all.indexOf(step);
  find("[data-at]").textContent = at ? find("[data-at]").dataset.at.replace("{at}", at + 1).replace("{all}", all.length) : "";
  find("[data-at]").hidden = at === 0;
  find(".kept").textContent = at === 1 && "main" in all[0].dataset && person.touched ? find(".kept").dataset.say : "";
  find("[data-do=back]").hidden = at === 0;
  find("[data-do=again]").hidden = at === 0 && !person.touched;
  showButtons();
  if (focus) {
    const heading = step.querySelector("h1, .label, legend");
    heading.tabIndex = -1;
    heading.focus();
    scrollTo(0, 0);
  }
}

/* «Next» where there is more to ask, «send» where nothing that must be answered is left. */
function showButtons() {
  const all = asked();
  const last = all.at(-1) === here();
  const lacking = all.some((step) => fault(person.form, step) === "missing");
  find(".go").classList.toggle("last", last);
  find("[data-do=next]").hidden = last;
  find("[data-do=send]").hidden = !last && (lacking || !person.touched);
}

function tell(step, why) {
  const line = find("[data-why]");
  line.textContent = why && step.dataset[why];
}

function next() {
  const step = here();
  const why = fault(person.form, step);
  if (why) {
    tell(step, why);
    return;
  }
  const all = asked();
  show(all[all.indexOf(step) + 1], { focus: true });
}

/* After the tap has become an answer. */
function goOn(step) {
  if (person && step === here() && step !== asked().at(-1)) next();
}

function back() {
  const all = asked();
  show(all[all.indexOf(here()) - 1], { focus: true });
}

function answer(more) {
  const { id, since } = person;
  const now = performance.now();
  seen = seen.filter((at) => now - at < RECENT);
  return {
    ...own, ...stamp(starts), id, language, only_main: false,
    seconds: Math.round(Math.min(3600, (now - since) / 1000)), recent: seen.length, ...more,
  };
}

/* The main answer is kept as soon as it is tapped: it counts even if the person walks away now. */
function keepMain() {
  const main = person.form.querySelector(".step[data-main]");
  if (main) keep(store.keepOpen(answer({ only_main: true, fields: fields(person.form, [main]) })));
}

function keep(writing) {
  writing.catch(() => {
    person = null;
    rest([]);
    draw("unsaved");
  });
  return writing;
}

async function finish() {
  const all = asked();
  const wrong = all.find((step) => fault(person.form, step));
  if (wrong) {
    show(wrong, { focus: true });
    tell(wrong, fault(person.form, wrong));
    return;
  }
  const whole = answer({ fields: fields(person.form, all) });
  await keep(store.keepWaiting(whole));
  seen.push(performance.now());
  person = null;
  draw("thanks");
  find("h1").focus();
  rest([[Number(page.thanks), startInFirstLanguage]]);
  showQueue();
  deliver();
}

/* Whoever was here is gone. */
async function leave() {
  const answered = person?.touched;
  person = null;
  startInFirstLanguage();
  if (!answered || !(await keep(store.closeOpen()))) return;
  seen.push(performance.now());
  showQueue();
  deliver();
}

function startInFirstLanguage() {
  language = page.language;
  start();
}

/* The same person goes on in another language, where they were, with what they answered. */
function changeLanguage(button) {
  const said = fields(person.form, steps());
  const at = here().dataset.code;
  language = button.lang;
  draw("form");
  person.form = find("form");
  for (const [name, value] of said) {
    for (const field of person.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (/radio|checkbox/.test(field.type)) field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  show(steps().find((step) => step.dataset.code === at));
  showQueue();
  restAgain();
}

function rest(planned) {
  timers.forEach(clearTimeout);
  timers = planned.map(([seconds, what]) => setTimeout(what, seconds * 1000));
}

/* Nobody touches it: a warning that can be answered by any touch, then all anew. */
function restAgain(event) {
  if (!person) return;
  const warning = find("[data-warning]");
  // Hidden only when the finger is up again, so that the tap on it does not reach what lies below.
  if (event?.type !== "pointerdown") warning.hidden = true;
  const used = person.touched || language !== page.language || steps()[0].hidden;
  rest(used ? [[idle - WARNING, () => { warning.hidden = false; }], [idle, leave]] : []);
}

async function deliver(atOnce = false) {
  const said = await send(page.code, { atOnce });
  if (!said) return;
  if (!kept) keepPages().catch(() => {}); // a lost network: the next look tries again
  renew = !said.open || said.page !== page.page;
  clockWrong = isClockWrong(said.clock);
  showQueue();
  if (renew && person && !person.touched) start();
}

async function showQueue() {
  const counts = await store.readCounts();
  for (const [name, count] of [["waiting", counts.waiting], ["refused", counts.refused.length]]) {
    const line = find(`[data-queue=${name}]`);
    if (!line) continue;
    line.hidden = !count;
    line.querySelector("b").textContent = count;
  }
  find("[data-clock]")?.toggleAttribute("hidden", !clockWrong);
}

const ACTS = {
  next, back, send: finish, again: leave,
  stay: () => {},
  start: startInFirstLanguage,
  language: changeLanguage,
};

stage.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) ACTS[button.dataset.do](button);
  // A finger's tap on a single answer also goes on; the keyboard, which passes over answers, does not.
  else if (person && event.detail > 0 && event.target.type === "radio") setTimeout(goOn, 0, event.target.closest(".step"));
});
stage.addEventListener("click", (event) => {
  if (event.detail > 0 && performance.now() - shown < SAME_TAP) {
    event.preventDefault();
    event.stopPropagation();
  }
}, { capture: true });
stage.addEventListener("change", (event) => {
  if (!person) return;
  person.touched = true;
  const step = event.target.closest(".step");
  if ("main" in step.dataset && values(person.form, event.target.name).length) keepMain();
  tell(step, "");
  showButtons();
  find("[data-do=again]").hidden = false;
  restAgain();
});
stage.addEventListener("submit", (event) => {
  event.preventDefault();
  if (here() === asked().at(-1)) finish();
  else next();
});
for (const name of ["pointerdown", "click", "keydown", "input"]) addEventListener(name, restAgain, { passive: true });

/* The back button leads to a new form, never to what somebody typed. */
addEventListener("popstate", () => {
  history.pushState(null, "");
  leave();
});
addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
addEventListener("online", () => deliver(true));
addEventListener("sent", showQueue);

/* Pages and scripts are put aside together, so that they fit one another without a network. */
async function keepPages() {
  await navigator.serviceWorker.register("/static/worker.js", { scope: "/k/" });
  const cache = await caches.open("hailong-tablet");
  const files = page.files.split(" ");
  await cache.addAll([...files, `/k/${page.code}`, `/k/${page.code}/count`, `/k/${page.code}/count?lang=en`]);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/static/") && !files.includes(pathname)) await cache.delete(request);
  }
  kept = true;
  page.kept = "yes";
  await navigator.storage.persist();
}

async function begin() {
  if (!isSecureContext || !navigator.serviceWorker) {
    draw(isSecureContext ? "unsaved" : "insecure"); // a private window has no worker although it is secure
    return;
  }
  try {
    await store.closeOpen();
    await store.forgetDaysBefore(stamp(starts).date);
    idle = (await store.readSetting("idle")) ?? idle;
  } catch {
    draw("unsaved");
    return;
  }
  history.pushState(null, "");
  start();
  setInterval(deliver, SECONDS_BETWEEN_LOOKS * 1000);
  deliver();
}

begin();
