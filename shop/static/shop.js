/* Comforts only: every page works without this file. */
(() => {
  "use strict";
  const scan = document.querySelector(".tp [data-scan]");
  const first = scan || document.querySelector(".tp [data-focus]");
  if (!first?.autofocus) first?.focus(); // else the browser does it

  // Scanners that end a code with CR and LF press Enter twice. The second press may reach
  // the next page, so the time of the first one outlives this page.
  const KEY = "tp-enter";
  const last = {
    get: () => { try { return Number(sessionStorage.getItem(KEY)); } catch { return 0; } },
    set: (time) => { try { sessionStorage.setItem(KEY, time); } catch { /* no storage: one page only */ } },
  };
  scan?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const now = Date.now();
    const since = now - last.get();
    if (event.repeat || (since >= 0 && since < 500)) event.preventDefault();
    else last.set(now);
  });
  scan?.addEventListener("input", () => last.set(0)); // another code, so another Enter

  // One press, one sale. The server refuses a second press too.
  const pressed = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".tp form[data-once]") || event.defaultPrevented) return;
    if (pressed.has(form)) return event.preventDefault();
    pressed.add(form);
    // Later, because a disabled button's own value would not be sent.
    setTimeout(() => setDisabled(form, true));
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    pressed.forEach((form) => setDisabled(form, false));
    pressed.clear();
  });
  function setDisabled(form, off) {
    for (const control of form.elements) if (control.type === "submit") control.disabled = off;
  }

  // "None of these" and what applies go together nowhere. The server says so too.
  document.addEventListener("change", ({ target: box }) => {
    if (!box.checked || !box.matches(".tp fieldset [type=checkbox]")) return;
    for (const other of box.closest("fieldset").querySelectorAll("[type=checkbox]")) {
      const apart = "alone" in box.dataset || "alone" in other.dataset;
      if (other !== box && other.name === box.name && apart) other.checked = false;
    }
  });

  // A long import goes on by itself, a few thousand lines at a time.
  document.querySelector(".tp form[data-go-on]")?.requestSubmit();

  for (const button of document.querySelectorAll(".tp [data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = "Copied";
    });
  }
  for (const button of document.querySelectorAll(".tp [data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
