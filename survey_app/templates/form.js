(function () {
var page = document.querySelector("main").dataset, kept = document.getElementById("-kept"), all = document.querySelectorAll.bind(document), sent, wanted, busy, wait;

function values(name) {
  return [].filter.call(all('[name="' + name + '"]'), function (field) {
    return (!/radio|checkbox/.test(field.type) || field.checked) && field.value.trim();
  }).map(function (field) { return field.value.trim(); });
}

function holds(asked) {
  var on = asked.dataset, said = document.getElementById(on.if).hidden ? [] : values(on.if);
  return said.some(function (text) {
    var number = +text.replace(",", ".");
    if (on.in) return on.in.split(" ").some(function (one) { return one === text || +one === number; });
    return number >= (on.least || -Infinity) && number <= (on.most || Infinity);
  });
}

function show() {
  [].forEach.call(all("[data-if]"), function (asked) { asked.hidden = !holds(asked); });
}

function tap() {
  clearTimeout(wait);
  wait = 0;
  if (busy || wanted === sent) return;
  busy = wanted;
  fetch(location.pathname.replace(/\/$/, "") + "/tap?lang=" + document.documentElement.lang, {
    method: "POST", keepalive: true, headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "id=" + encodeURIComponent(values("id")[0]) + "&" + page.main + "=" + encodeURIComponent(busy)
  }).then(function (answer) {
    var first = !sent;
    sent = busy;
    busy = 0;
    if (!answer.ok) return;
    kept.textContent = kept.dataset.say;
    if (first && kept.getBoundingClientRect().bottom > innerHeight / 2) kept.scrollIntoView({ block: "center" });
    tap();
  }, function () { busy = 0; });
}

document.documentElement.classList.add("live");
addEventListener("change", function (event) {
  show();
  if (self.fetch && event.target.name === page.main) {
    wanted = event.target.value;
    clearTimeout(wait);
    wait = setTimeout(tap, 300);
  }
});
addEventListener("input", show);
addEventListener("pagehide", function () { if (wait) tap(); });
addEventListener("pageshow", show);
show();
})();
