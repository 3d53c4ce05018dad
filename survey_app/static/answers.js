/* One person's form: which steps are asked, what was answered, what is missing. The same rules as on the server. */

const NUMBER = /^[-−]?[0-9]{1,12}(?:[.,][0-9]{1,2})?$/;

/* What was answered under a name, blanks left out. */
export function values(form, name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
    .map((field) => field.value.normalize("NFC").trim())
    .filter(Boolean);
}

/* Whether a step is asked: always, or where the answer to an earlier one that is asked calls for it. */
export function isAsked(form, step) {
  const asked = step.querySelector("[data-if]");
  if (!asked) return true;
  const { if: parent, in: wanted, least, most } = asked.dataset;
  const above = form.querySelector(`.step[data-code="${CSS.escape(parent)}"]`);
  return isAsked(form, above) && values(form, parent).some((text) => {
    const number = toNumber(text);
    if (wanted) return wanted.split(" ").some((one) => one === text || Number(one) === number);
    return number >= Number(least ?? -Infinity) && number <= Number(most ?? Infinity);
  });
}

function toNumber(text) {
  return Number(text.replace(",", ".").replace("−", "-"));
}

/* What keeps a step from being left: "missing", "number" or "range"; empty if nothing. */
export function fault(form, step) {
  const said = values(form, step.dataset.code);
  if (!said.length) return "required" in step.dataset ? "missing" : "";
  if (step.dataset.kind !== "number") return "";
  const { decimals, lowest, highest } = step.dataset;
  const [, after = ""] = said[0].split(/[.,]/);
  if (!NUMBER.test(said[0]) || after.replace(/0+$/, "").length > Number(decimals)) return "number";
  const number = toNumber(said[0]);
  return number < Number(lowest || -Infinity) || number > Number(highest || Infinity) ? "range" : "";
}

/* The name–value pairs of the steps that are asked, as a form posts them. */
export function fields(form, steps) {
  return steps.flatMap((step) => values(form, step.dataset.code).map((value) => [step.dataset.code, value]));
}
