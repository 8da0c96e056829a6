// What a seat's page and the trainer's desk share: a connection that comes back, and the clock.
"use strict";
(function () {
  const body = document.body;
  const byId = (id) => document.getElementById(id);
  let socket = null, waits = 250, ended = false, shown = null;

  function link(text, good) {
    const place = byId("link");
    place.textContent = text;
    place.classList.toggle("lost", !good);
  }

  window.wireroom = {
    byId: byId,
    seen: 0,
    heard: function () {},
    opened: function () {},
    send: function (message) {
      if (!socket || socket.readyState !== WebSocket.OPEN) { return false; }
      socket.send(JSON.stringify(message));
      return true;
    },
    word: function (text) {
      const place = byId("word");
      place.textContent = text;
      place.hidden = !text;
    },
    clock: function (at, stands, phase) {
      shown = { at: at, since: performance.now(), stands: stands };
      byId("phase").textContent = phase;
      byId("phase").className = stands ? "stands" : "";
      tick();
    },
    now: function () {
      return shown === null ? null : shown.at + (shown.stands ? 0 : (performance.now() - shown.since) / 1000);
    },
    start: connect,
  };

  function tick() {
    const now = window.wireroom.now();
    if (now === null) { return; }
    const whole = ((Math.floor(now) % 86400) + 86400) % 86400;
    const two = (n) => String(n).padStart(2, "0");
    byId("clock").textContent = two(Math.floor(whole / 3600)) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
    document.querySelectorAll("[data-until]").forEach(function (place) {
      const left = Math.max(0, Number(place.dataset.until) - now);
      place.textContent = two(Math.floor(left / 60)) + ":" + two(Math.floor(left % 60));
      place.classList.toggle("soon", left < 15);
    });
  }
  setInterval(tick, 250);

  function connect() {
    if (ended) { return; }
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    socket = new WebSocket(scheme + location.host + body.dataset.socket);
    socket.onopen = function () {
      waits = 250;
      link("connected", true);
      socket.send(JSON.stringify({ seen: window.wireroom.seen }));
      window.wireroom.opened();
    };
    socket.onmessage = function (event) { window.wireroom.heard(JSON.parse(event.data)); };
    socket.onclose = function (event) {
      if (event.code === 4401) {
        ended = true;
        link("not of this class", false);
        window.wireroom.word("This page is of another class. Ask your trainer for your link; nothing that you sent is lost.");
        return;
      }
      if (event.code === 1009) {
        window.wireroom.word("That was too long for any message (65,536 bytes at most). Nothing of it was sent; shorten it.");
      }
      link("connection lost - your work is kept, trying again", false);
      setTimeout(connect, waits);
      waits = Math.min(waits * 2, 4000);
    };
  }
}());
