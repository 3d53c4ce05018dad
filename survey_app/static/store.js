/* What the tablet keeps: answers that wait or were refused, how many it collected by day, its settings. All in IndexedDB.

An answer is `open` while a person is still at it (the main answer alone), then `waiting`, and gone as soon as the server
has it; `refused` is kept apart for the staff. Rows stand under a random id, so that no order of people is kept. */

const NAME = "hailong-tablet";
const DAYS_KEPT = 60;
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("answers", { keyPath: "id" });
      asked.result.createObjectStore("days", { keyPath: ["code", "day"] });
      asked.result.createObjectStore("settings", { keyPath: "name" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  opened.catch(() => { opened = null; });
  return opened;
}

/* Runs `work` in one transaction and returns what it returned, once that is on the disk. */
async function within(stores, mode, work) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(stores, mode, { durability: "strict" });
    let result = null;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error);
    work(transaction, (value) => { result = value; });
  });
}

function eachRow(store, visit) {
  store.openCursor().onsuccess = (event) => {
    const cursor = event.target.result;
    if (cursor) {
      visit(cursor.value, cursor);
      cursor.continue();
    }
  };
}

function countOne(transaction, { code, date }) {
  const days = transaction.objectStore("days");
  days.get([code, date]).onsuccess = (event) => {
    const collected = (event.target.result?.collected ?? 0) + 1;
    days.put({ code, day: date, collected });
  };
}

/* 128 random bits in the 22 letters of a form's id. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function keepOpen(answer) {
  return within(["answers"], "readwrite", (transaction) => {
    transaction.objectStore("answers").put({ ...answer, state: "open" });
  });
}

export function keepWaiting(answer) {
  return within(["answers", "days"], "readwrite", (transaction) => {
    transaction.objectStore("answers").put({ ...answer, state: "waiting" });
    countOne(transaction, answer);
  });
}

/* People who left after the main answer: what they tapped counts from now on. Returns of how many. */
export function closeOpen() {
  return within(["answers", "days"], "readwrite", (transaction, give) => {
    let closed = 0;
    eachRow(transaction.objectStore("answers"), (answer, cursor) => {
      if (answer.state === "open") {
        cursor.update({ ...answer, state: "waiting" });
        countOne(transaction, answer);
        give(closed += 1);
      }
    });
  });
}

export function readWaiting() {
  return within(["answers"], "readonly", (transaction, give) => {
    const waiting = [];
    eachRow(transaction.objectStore("answers"), (answer) => { if (answer.state === "waiting") waiting.push(answer); });
    give(waiting);
  });
}

/* The server has it, now or before: nothing of it stays here. */
export function forget(ids) {
  return within(["answers"], "readwrite", (transaction) => {
    for (const id of ids) transaction.objectStore("answers").delete(id);
  });
}

/* The server will never take it as it is: it is kept apart, with the reason. */
export function setApart(reasons) {
  return within(["answers"], "readwrite", (transaction) => {
    const answers = transaction.objectStore("answers");
    for (const [id, reason] of reasons) {
      answers.get(id).onsuccess = (event) => {
        if (event.target.result) answers.put({ ...event.target.result, state: "refused", reason });
      };
    }
  });
}

export function tryRefusedAgain(code) {
  return within(["answers"], "readwrite", (transaction) => {
    eachRow(transaction.objectStore("answers"), (answer, cursor) => {
      if (answer.state === "refused" && answer.code === code) cursor.update({ ...answer, state: "waiting" });
    });
  });
}

/* How many answers a code's tablet collected by day, and of these how many wait or were refused and why. No marks.

Without a code, those of every code that this tablet ever had. */
export function readCounts(code = null) {
  return within(["answers", "days"], "readonly", (transaction, give) => {
    const counts = { waiting: 0, refused: [], days: {} };
    const day = (name) => (counts.days[name] ??= { collected: 0, waiting: 0, refused: 0 });
    eachRow(transaction.objectStore("days"), (row) => { if (row.code === code) day(row.day).collected = row.collected; });
    eachRow(transaction.objectStore("answers"), (answer) => {
      if ((code && answer.code !== code) || answer.state === "open") return;
      day(answer.date)[answer.state] += 1;
      if (answer.state === "waiting") counts.waiting += 1;
      else counts.refused.push({ day: answer.date, slot: answer.slot, reason: answer.reason });
    });
    give(counts);
  });
}

/* Counts of days long past are no longer needed: the server has them. */
export function forgetDaysBefore(today) {
  const oldest = new Date(`${today}T00:00:00Z`);
  oldest.setUTCDate(oldest.getUTCDate() - DAYS_KEPT);
  const before = oldest.toISOString().slice(0, 10);
  return within(["days"], "readwrite", (transaction) => {
    eachRow(transaction.objectStore("days"), (row, cursor) => { if (row.day < before) cursor.delete(); });
  });
}

export function readSetting(name) {
  return within(["settings"], "readonly", (transaction, give) => {
    transaction.objectStore("settings").get(name).onsuccess = (event) => give(event.target.result?.value);
  });
}

export function keepSetting(name, value) {
  return within(["settings"], "readwrite", (transaction) => {
    transaction.objectStore("settings").put({ name, value });
  });
}
