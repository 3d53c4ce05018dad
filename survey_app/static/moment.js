/* The local date and slot in Viet Nam, wherever the tablet thinks it is. No finer time leaves the tablet. */

const PARTS = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Ho_Chi_Minh", hourCycle: "h23",
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

/* `starts`: the starts of the day's slots as "HH:MM", in order; the first is 00:00. */
export function stamp(starts, at = new Date()) {
  const part = Object.fromEntries(PARTS.formatToParts(at).map(({ type, value }) => [type, value]));
  const now = `${part.hour}:${part.minute}`;
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    slot: starts.filter((start) => start <= now).at(-1),
  };
}

export function shownDay(day) {
  return day.split("-").reverse().join("/");
}

/* Whether the tablet's clock is wrong by more than two minutes, by what the server said. */
export function isClockWrong(clock, at = new Date()) {
  return Math.abs(new Date(clock) - at) > 120_000;
}
