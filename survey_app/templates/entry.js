(function () {
  var form = document.getElementById("paper");
  if (!form) return;
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[type=text],textarea"));
  var moved = false;
  var start = form.querySelector("[autofocus]");
  if (start) start.focus();
  function next(box) {
    var after = boxes[boxes.indexOf(box) + 1];
    if (after) { after.focus(); if (after.select) after.select(); return true; }
    return false;
  }
  form.addEventListener("input", function (event) {
    moved = false;
    var box = event.target;
    if (box.hasAttribute("data-one") && /^[0-9]$/.test(box.value)) moved = next(box);
  });
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.target.tagName === "BUTTON") {
      if (event.key !== "Shift") moved = false;
      return;
    }
    event.preventDefault();
    var confirms = moved && event.target.value === "";
    moved = false;
    if (confirms || next(event.target)) return;
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    form.submit();
  });
  window.addEventListener("pageshow", function () { delete form.dataset.sent; });
})();
