/* A withdrawn tablet: it opens no form, and delivers what it still has. */

import { send } from "./queue.js";
import * as store from "./store.js";

const { code } = document.body.dataset;

async function show() {
  const { waiting } = await store.readCounts(code);
  for (const line of document.querySelectorAll("[data-waiting]")) line.hidden = (line.dataset.waiting === "some") !== waiting > 0;
  document.querySelector("[data-waiting=some] b").textContent = waiting;
}

if (isSecureContext) {
  addEventListener("sent", show);
  addEventListener("online", () => send(code, { atOnce: true }));
  await store.closeOpen();
  await show();
  await send(code, { atOnce: true });
}
