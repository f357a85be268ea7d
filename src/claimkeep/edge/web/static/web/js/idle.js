// A page left alone closes when its session ends, so that nothing stays on a screen nobody watches
// (45 CFR 164.312(a)(2)(iii)). Before, it says so and offers to stay (WCAG 2.2, 2.2.1 Timing adjustable).

const WARN_BEFORE_MS = 120_000; // the server may end a session up to a minute too soon: a minute is left to stay
const GRACE_MS = 2_000; // past the server's own limit, so that the answer is the sign-in page

export function startIdle(page) {
  const limit = Number(page.body.dataset.idleS) * 1000;
  const warning = page.getElementById("idle");
  if (!limit || !warning) return;
  let warn = 0;
  let leave = 0;

  function begin() {
    clearTimeout(warn);
    clearTimeout(leave);
    warning.hidden = true;
    warn = setTimeout(() => { warning.hidden = false; }, Math.max(limit - WARN_BEFORE_MS, 0));
    leave = setTimeout(() => location.replace(location.pathname), limit + GRACE_MS);
  }

  // Only what reaches the server keeps the session alive.
  page.addEventListener("htmx:afterRequest", begin);
  warning.querySelector("[data-idle-stay]").addEventListener("click", async () => {
    const answer = await fetch(page.body.dataset.stay, { method: "POST", headers: { "X-CSRFToken": page.querySelector("[name=csrfmiddlewaretoken]").value } });
    if (answer.status === 204) begin();
    else location.replace(location.pathname);
  });
  begin();
}
