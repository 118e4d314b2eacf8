// The flights board keeps its countdowns and counts: it asks for its own page now and then and takes over the
// words of each line where it stands. No line moves; lines that are new are told by a pill.

const EVERY = 30_000;

/** Put the words of a newer page into the lines of this one; return how many lines are new there. */
export function refresh(page: Document, made: Document): number {
  const lines = (root: Document): Map<string, Element> =>
    new Map([...root.querySelectorAll("tr[data-flight]")].map((line) => [line.getAttribute("data-flight") ?? "", line]));
  const here = lines(page);
  const there = lines(made);
  for (const [id, line] of here) {
    const newer = there.get(id);
    for (const part of newer ? line.querySelectorAll("[data-live]") : []) take(part, newer?.querySelector(`[data-live="${part.getAttribute("data-live") ?? ""}"]`));
  }
  take(page.querySelector('[data-live="sums"]'), made.querySelector('[data-live="sums"]'));
  return [...there.keys()].filter((id) => !here.has(id)).length;
}

function take(old: Element | null | undefined, made: Element | null | undefined): void {
  if (!old || !made || old.contains(document.activeElement)) return; // never from under the reader's hand
  if (old.innerHTML !== made.innerHTML) old.replaceChildren(...[...made.childNodes].map((node) => document.importNode(node, true)));
}

function ask(): void {
  if (document.hidden) return;
  const page = new XMLHttpRequest(); // it parses a page under Trusted Types, which DOMParser may not
  page.responseType = "document";
  page.onload = () => {
    if (page.status !== 200 || !page.responseXML?.querySelector("table.board")) return; // logged out: said at the next click
    const count = refresh(document, page.responseXML);
    const pill = document.querySelector<HTMLElement>("[data-fresh]");
    if (pill) {
      pill.hidden = count === 0;
      pill.textContent = (pill.dataset["words"] ?? "").replace("{count}", String(count));
    }
  };
  page.open("GET", location.href);
  page.send();
}

if (document.querySelector("table.board")) setInterval(ask, EVERY);
