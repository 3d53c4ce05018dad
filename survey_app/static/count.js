/* The end of the day: what this tablet collected beside what the server has, and what to do where they differ. */

import { isClockWrong, shownDay, stamp } from "./moment.js";
import { send } from "./queue.js";
import * as store from "./store.js";

const page = document.body.dataset;
const find = (selector) => document.querySelector(selector);
const SECONDS_TO_FORM = 180;
let back = 0;

/* What the clerk is told of a day: the first of these that is so. accepted: null where the server was not reached. */
export function verdict({ collected, waiting, refused }, accepted) {
  if (accepted === null) return "unreached";
  if (waiting) return "waiting";
  if (refused) return "refused";
  if (accepted > collected) return "more";
  if (accepted < collected) return "fewer";
  return "match";
}

async function show(said) {
  const counts = await store.readCounts(page.code);
  const today = stamp(page.slots.split(" ")).date;
  const none = { collected: 0, waiting: 0, refused: 0 };
  const of = (day) => (said ? (said.accepted[day] ?? 0) : null);
  const day = counts.days[today] ?? none;
  find("[data-day]").textContent = shownDay(today);
  const numbers = { collected: day.collected, accepted: of(today) ?? "–", waiting: counts.waiting, refused: counts.refused.length };
  for (const [name, number] of Object.entries(numbers)) find(`[data-n=${name}]`).textContent = number;
  const found = verdict(day, of(today));
  for (const line of document.querySelectorAll("[data-verdict]")) line.hidden = line.dataset.verdict !== found;
  find("[data-clock]").hidden = !said || !isClockWrong(said.clock);
  find("[data-closed]").hidden = !said || said.open;
  find("[data-do=again]").hidden = !counts.refused.length;
  showDays(counts.days, today, of);
  showRefused(counts.refused);
}

/* Earlier days that do not match. */
function showDays(days, today, of) {
  const differing = Object.keys(days).filter((day) => day !== today && !["match", "unreached"].includes(verdict(days[day], of(day))));
  const rows = differing.sort().map((day) => row("day", { day: shownDay(day), ...days[day], accepted: of(day) }));
  find("[data-rows=day]").replaceChildren(...rows);
  find("[data-some=day]").hidden = !rows.length;
}

function showRefused(refused) {
  const rows = refused.map(({ day, slot, reason }) => row("refused", {
    day: shownDay(day), slot, reason: (find(`[data-reason=${reason}]`) ?? find("[data-reason=other]")).textContent,
  }));
  find("[data-rows=refused]").replaceChildren(...rows);
  find("[data-some=refused]").hidden = !rows.length;
}

function row(name, values) {
  const drawn = document.getElementById(`row-${name}`).content.cloneNode(true);
  for (const cell of drawn.querySelectorAll("[data-cell]")) cell.textContent = values[cell.dataset.cell];
  return drawn;
}

async function count() {
  find("main").setAttribute("aria-busy", "true");
  await show(await send(page.code, { atOnce: true }));
  find("main").removeAttribute("aria-busy");
}

async function countAgain() {
  await store.tryRefusedAgain(page.code);
  await count();
}

function stay() {
  clearTimeout(back);
  back = setTimeout(() => location.replace(page.form), SECONDS_TO_FORM * 1000);
}

async function begin() {
  if (!isSecureContext) {
    find("[data-insecure]").hidden = false;
    return;
  }
  find("[data-counted]").hidden = false;
  const idle = find("#idle");
  idle.value = (await store.readSetting("idle")) ?? page.idle;
  idle.addEventListener("change", () => store.keepSetting("idle", Number(idle.value)));
  find("[data-do=send]").addEventListener("click", count);
  find("[data-do=again]").addEventListener("click", countAgain);
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, stay);
  stay();
  await store.closeOpen(); // whoever was at the form is gone
  await show(null);
  await count();
}

begin();
