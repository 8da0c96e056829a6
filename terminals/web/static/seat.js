// A seat's page: what is filled in and not yet sent stays in this browser until the switch has it.
"use strict";
(function () {
  const w = window.wireroom, byId = w.byId, body = document.body;
  const forms = Array.from(document.querySelectorAll("form.form")), line = byId("line"), signOn = byId("sign-on");
  const all = forms.concat([line]), kept = body.dataset.keep, title = document.title;
  let pending = null, unseen = [], sent = [], place = 0, loaded = false, fresh = false, lost = false, run = null;

  const LOST = "The switch was started again. Your last message is still in its form: look in the traffic whether it went out, and send it again if not.";

  function store(name, value) {
    try { if (value === null) { localStorage.removeItem(kept + name); } else { localStorage.setItem(kept + name, JSON.stringify(value)); } } catch (_) { /* a private window keeps nothing */ }
  }
  function stored(name) {
    try { return JSON.parse(localStorage.getItem(kept + name)); } catch (_) { return null; }
  }
  const nameOf = (form) => form.dataset.key || "line";
  const values = (form) => Object.fromEntries(Array.from(form.elements).filter((e) => e.name).map((e) => [e.name, e.value]));

  function keep() {
    const draft = { key: byId("key").value };
    all.forEach(function (form) { draft[nameOf(form)] = values(form); });
    store(" draft", draft);
  }
  function restore() {
    const draft = stored(" draft") || {};
    all.forEach(function (form) {
      Object.entries(draft[nameOf(form)] || {}).forEach(function (pair) { if (form.elements[pair[0]]) { form.elements[pair[0]].value = pair[1]; } });
    });
    if (draft.key) { byId("key").value = draft.key; }
  }
  function choose(focus) {
    forms.forEach(function (form) { form.hidden = form.dataset.key !== byId("key").value; });
    if (focus) { const first = document.querySelector("form.form:not([hidden]) input, form.form:not([hidden]) select"); if (first) { first.focus(); } }
  }
  function problems(form, list) {
    form.querySelectorAll(".problem").forEach(function (p) { p.textContent = ""; });
    form.querySelectorAll("[aria-invalid]").forEach(function (e) { e.removeAttribute("aria-invalid"); });
    let first = null;
    list.forEach(function (one) {
      const field = form.elements[one[0]] || null;
      const at = form.querySelector('.problem[data-for="' + CSS.escape(one[0]) + '"]') || form.querySelector(".problem");
      at.textContent = (at.textContent ? at.textContent + " " : "") + "✗ " + one[1] + (one[2] ? ": " + one[2] : "");
      if (field && field.setAttribute) { field.setAttribute("aria-invalid", "true"); first = first || field; }
    });
    if (first) { first.focus(); }
  }
  function hand(form, message) {
    lost = false;
    if (pending) { w.word("Your last message is still on its way; it is kept, and sent as soon as it can be."); return; }
    message.id = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
    message.run = run;
    pending = { form: nameOf(form), message: message };
    store(" pending", message.do === "sign-on" ? null : pending);
    problems(form, []);
    body.classList.add("sending");
    if (!w.send(message)) { w.word("No connection just now: your message is kept, and sent as soon as there is one."); }
  }
  const formOf = (name) => all.concat([signOn]).find((form) => (form === signOn ? "sign-on" : nameOf(form)) === name) || line;

  forms.forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const given = values(form), fields = {};
      Object.keys(given).forEach(function (name) { if (!["to", "control", "text"].includes(name)) { fields[name] = given[name]; } });
      hand(form, { do: "form", key: form.dataset.key, to: given.to || "", control: given.control || "", text: given.text || "", fields: fields });
    });
    form.addEventListener("reset", function () { setTimeout(function () { problems(form, []); keep(); }); });
  });
  line.addEventListener("submit", function (event) { event.preventDefault(); hand(line, { do: "line", text: byId("typed").value }); });
  byId("typed").addEventListener("keydown", function (event) { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); line.requestSubmit(); } });
  signOn.addEventListener("submit", function (event) {
    event.preventDefault();
    pending = null;
    hand(signOn, { do: "sign-on", operator: byId("operator").value, secret: byId("secret").value });
    pending.form = "sign-on";
  });
  byId("sign-off").addEventListener("click", function () { hand(line, { do: "sign-off" }); pending.form = "sign-off"; });
  byId("key").addEventListener("change", function () { choose(false); keep(); });
  byId("key").addEventListener("keydown", function (event) { if (event.key === "Enter") { event.preventDefault(); choose(true); } });
  all.forEach(function (form) { form.addEventListener("input", keep); });

  function recall(raw) { byId("typed").value = raw; keep(); byId("typed").focus(); }
  byId("traffic").addEventListener("click", function (event) { const b = event.target.closest("button.again"); if (b) { recall(b.dataset.raw); } });
  function silence() { unseen = []; byId("alarm").hidden = true; document.title = title; }
  byId("silence").addEventListener("click", silence);
  document.addEventListener("keydown", function (event) {
    if (event.key === "F2") { byId("key").focus(); }
    else if (event.key === "F4") { byId("typed").focus(); }
    else if (event.key === "F7") { if (sent.length) { place = place > 0 ? place - 1 : sent.length - 1; recall(sent[place]); } }
    else if (event.key === "F8") { silence(); }
    else { return; }
    event.preventDefault();
  });

  function arrived(items) {
    const traffic = byId("traffic"), low = innerHeight + scrollY > document.body.scrollHeight - 200;
    const boxLow = traffic.scrollTop + traffic.clientHeight > traffic.scrollHeight - 80;
    items.forEach(function (item) {
      if (item[0] <= w.seen) { return; }
      w.seen = item[0];
      traffic.insertAdjacentHTML("beforeend", item[1]);  // drawn and escaped by the server
      const last = traffic.lastElementChild, again = last.querySelector(".again");
      if (again) { sent.push(again.dataset.raw); place = sent.length; }
      if (item[2] && loaded) { unseen.push(last.querySelector(".head").textContent); last.classList.add("new"); }
    });
    if (!items.length) { return; }
    byId("empty").hidden = true;
    if (boxLow) { traffic.scrollTop = traffic.scrollHeight; }
    if (low) { traffic.lastElementChild.scrollIntoView({ block: "nearest" }); }
    if (unseen.length) {
      byId("alarm").hidden = false;
      byId("alarm-text").textContent = (unseen.length > 1 ? unseen.length + " times, last: " : "") + unseen[unseen.length - 1];
      document.title = "(" + unseen.length + ") " + title;
    }
  }

  w.heard = function (news) {
    if (news.items) {
      arrived(news.items);
      const state = news.state;
      loaded = true;
      w.clock(state.at, state.stands, state.phase);
      signOn.hidden = Boolean(state.signed) || state.over;
      byId("signed").hidden = !state.signed;
      byId("who").textContent = state.signed;
      body.classList.toggle("over", Boolean(state.over));
      run = state.run;
      if (fresh && pending) {
        if (pending.message.run && pending.message.run !== run) { lost = true; giveBack(); } else { w.send(pending.message); }
      }
      fresh = false;
      const words = [];
      if (lost) { words.push(LOST); }
      if (state.over) { words.push("The lesson is over. Thank you; your trainer has the score."); }
      else if (state.standIn) { words.push("A stand-in plays this seat now; ask your trainer to have it back."); }
      else if (state.pages > 1) { words.push("This seat is open in " + state.pages + " windows; what you send counts once, whichever you use."); }
      if (pending && state.stands && pending.form !== "sign-on") { words.push("The clock stands: what you sent is kept, and goes out when it goes on."); }
      w.word(words.join(" "));
      return;
    }
    if (!pending || news.ack !== pending.message.id) { return; }
    const form = formOf(pending.form), name = pending.form;
    pending = null;
    store(" pending", null);
    body.classList.remove("sending");
    problems(form, news.problems);
    if (news.problems.length) { return; }
    w.word("");
    if (name === "sign-on") { byId("secret").value = ""; byId("operator").value = ""; byId("key").focus(); }
    else if (name !== "sign-off") { form.reset(); keep(); }
  };
  function giveBack() {
    pending = null;
    store(" pending", null);
    body.classList.remove("sending");
  }
  w.opened = function () { fresh = true; };

  restore();
  choose(false);
  pending = stored(" pending");
  if (pending) { body.classList.add("sending"); }
  w.start();
}());
