// "3 new": asks now and then whether alerts came since the page was made, and says so without moving a row.
// The address is `data-new` with the moment the page was made; the words are the page's own.

interface Fresh {
  readonly count: number;
}

const EVERY = 20_000;

export function words(one: string, many: string, count: number): string {
  return (count === 1 ? one : many).replace("{count}", String(count));
}

async function ask(pill: HTMLAnchorElement): Promise<void> {
  if (document.hidden) return;
  const answer = await fetch(pill.dataset["new"] ?? "", { headers: { accept: "application/json" } });
  if (!answer.ok) return; // logged out or offline: the page says so at the next click
  const { count } = (await answer.json()) as Fresh;
  pill.hidden = count === 0;
  pill.textContent = words(pill.dataset["one"] ?? "", pill.dataset["many"] ?? "", count);
}

const pill = document.querySelector<HTMLAnchorElement>("a[data-new]");
if (pill) {
  setInterval(() => {
    ask(pill).catch(() => {
      pill.hidden = true;
    });
  }, EVERY);
}

// An answer that is awaited takes the place of the waiting note when it is there. Each look is audited: few.
// The page never changes under its reader: where the answer is a page of its own, a link to it is shown.
const LOOKS = [1_500, 4_000, 12_000, 30_000, 60_000];

function look(waiting: Element, later: readonly number[]): void {
  const page = new XMLHttpRequest(); // it parses a page under Trusted Types, which DOMParser may not
  page.responseType = "document";
  page.onload = () => {
    const made = page.responseXML?.getElementById(waiting.id);
    if (!made) return; // logged out: the page says so at the next click
    if (made.hasAttribute("data-waiting")) wait(waiting, later);
    else {
      waiting.replaceChildren(...made.childNodes);
      for (const told of waiting.querySelectorAll<HTMLElement>("[hidden]")) told.hidden = false;
    }
  };
  page.open("GET", location.href);
  page.send();
}

function wait(waiting: Element, [next, ...later]: readonly number[]): void {
  if (next !== undefined) setTimeout(() => look(waiting, later), next);
}

const waiting = document.querySelector("[data-waiting]");
if (waiting) wait(waiting, LOOKS);
