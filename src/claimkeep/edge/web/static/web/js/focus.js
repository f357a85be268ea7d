// After a part of the page is exchanged, focus goes where the work goes on and the live region says what changed.

export function startFocus(page) {
  page.addEventListener("htmx:afterSettle", (event) => {
    const part = event.target;
    if (!(part instanceof HTMLElement)) return;
    const next = part.matches("[data-focus]") ? part : part.querySelector("[data-focus]");
    next?.focus();
    const words = part.dataset.say ?? part.querySelector("[data-say]")?.dataset.say;
    if (words) page.getElementById("said").textContent = words;
  });

  page.addEventListener("htmx:responseError", () => {
    page.getElementById("said").textContent = "That did not work. Nothing was changed. Load the page again.";
  });

  page.addEventListener("change", (event) => {
    if (!event.target.matches("[data-select-all]")) return;
    for (const box of event.target.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
  });
}
