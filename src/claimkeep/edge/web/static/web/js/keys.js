// Keys: `/` search, `?` sheet, `g` then a letter for places, `j k` rows, `x` select, `esc` back.
// They can be switched off in the help sheet (WCAG 2.2, 2.1.4 Character key shortcuts).

const SWITCH = "claimkeep-keys";
const PLACE_WAIT_MS = 1500;

function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
}

function keysAreOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function moveRow(page, step) {
  const links = [...page.querySelectorAll("tbody [data-open]")];
  if (links.length === 0) return;
  const here = links.findIndex((link) => link.closest("tr").contains(page.activeElement));
  const next = here === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next].focus();
  links[next].closest("tr").scrollIntoView({ block: "nearest" });
}

function selectRow(page) {
  const box = page.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
  box?.click();
}

function goBack(page) {
  const open = page.querySelector(":popover-open");
  if (open) return open.hidePopover();
  page.querySelector("[data-back]")?.click();
}

export function startKeys(page) {
  let waitingForPlace = 0;

  const verbs = {
    "/": () => page.querySelector("[data-search]")?.focus(),
    "?": () => page.getElementById("help")?.togglePopover(),
    g: () => { waitingForPlace = performance.now() + PLACE_WAIT_MS; },
    j: () => moveRow(page, 1),
    k: () => moveRow(page, -1),
    x: () => selectRow(page),
  };

  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") {
      if (isWriting(event.target)) event.target.blur();
      else goBack(page);
      return;
    }
    if (isWriting(event.target) || !keysAreOn()) return;
    if (performance.now() < waitingForPlace) {
      waitingForPlace = 0;
      const place = page.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) {
        event.preventDefault();
        place.click();
      }
      return;
    }
    const verb = verbs[event.key];
    if (verb) {
      event.preventDefault();
      verb();
    }
  });

  const box = page.querySelector("[data-keys-on]");
  if (box) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  }
}
