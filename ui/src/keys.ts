// j/k move, Enter opens, Esc back, a assign, d decide, f filter, t table, 1 to 9 tabs, / search, ? all keys.

const typing = (node: EventTarget | null): boolean =>
  node instanceof HTMLElement && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));

function move(root: Document, step: 1 | -1): void {
  const rows = [...root.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  const focused = rows.findIndex((row) => row === root.activeElement || row.contains(root.activeElement));
  const current = focused >= 0 ? focused : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, current < 0 ? 0 : current + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function act(root: Document, key: string): boolean {
  const target = root.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (!target) return false;
  if (target.matches("input, textarea, select")) {
    target.focus();
    if (target instanceof HTMLInputElement) target.select();
  } else {
    if (target.matches("summary")) target.focus();
    target.click();
  }
  return true;
}

function tab(root: Document, place: number): boolean {
  const target = root.querySelector<HTMLElement>(`[aria-keyshortcuts="${place}"]`);
  target?.click();
  return target !== undefined;
}

function escape(root: Document): boolean {
  if (root.querySelector("dialog[open]")) return false; // the dialog closes itself
  if (typing(root.activeElement) && root.activeElement instanceof HTMLElement) {
    root.activeElement.blur();
    return true;
  }
  if (root.location.hash === "#rail") {
    root.location.hash = "";
    return true;
  }
  return act(root, "Escape");
}

export function handle(root: Document, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (event.key === "Escape") return escape(root);
  if (typing(event.target) || root.querySelector("dialog[open]")) return false;
  if (event.key === "j" || event.key === "k") {
    move(root, event.key === "j" ? 1 : -1);
    return true;
  }
  if (/^[1-9]$/.test(event.key)) return tab(root, Number(event.key));
  return /^[adft/?]$/.test(event.key) && act(root, event.key);
}

export function startKeys(root: Document): void {
  root.addEventListener("keydown", (event) => {
    if (handle(root, event)) event.preventDefault();
  });
}
