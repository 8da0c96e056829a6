// The trainer's desk: panels come drawn from the server; every button says what it does.
"use strict";
(function () {
  const w = window.wireroom, byId = w.byId;
  let count = 0;
  const asked = new Map();

  function ask(message, done) {
    message.id = String(++count) + "." + Math.random().toString(36).slice(2);
    asked.set(message.id, done || function () {});
    if (!w.send(message)) { w.word("No connection just now: nothing was done. The lesson itself goes on."); asked.delete(message.id); }
  }
  w.heard = function (news) {
    if (news.panels) {
      w.clock(news.state.at, news.state.stands, news.state.phase);
      Object.keys(news.panels).forEach(function (name) {
        const place = byId(name), active = document.activeElement;
        const held = place.contains(active) ? [active.dataset.do, active.dataset.about] : null;
        const open = place.querySelector("details") && place.querySelector("details").open;
        place.innerHTML = news.panels[name];  // drawn and escaped by the server
        if (open && place.querySelector("details")) { place.querySelector("details").open = true; }
        if (held) { const again = Array.from(place.querySelectorAll("button")).find((b) => b.dataset.do === held[0] && b.dataset.about === held[1]) || place.querySelector("button"); if (again) { again.focus(); } }
      });
      return;
    }
    const done = asked.get(news.ack);
    asked.delete(news.ack);
    w.word(news.wrong ? "✗ " + news.wrong : "");
    if (done && !news.wrong) { done(); }
  };
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button[data-do]");
    if (!button || (button.dataset.ask && !confirm(button.dataset.ask))) { return; }
    ask({ do: button.dataset.do, about: button.dataset.about || "" });
  });
  document.querySelectorAll("form[data-do]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const message = { do: form.dataset.do };
      Array.from(form.elements).forEach(function (e) { if (e.name) { message[e.name] = e.value; } });
      ask(message, function () { form.reset(); });
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) { return; }
    const button = document.querySelector('button[data-key="' + CSS.escape(event.key) + '"]');
    if (button) { event.preventDefault(); button.click(); }
  });
  w.start();
}());
