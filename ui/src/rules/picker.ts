// Choosing a fact: a dialog with one search line over names in both languages, meaning, type and unit.
import { button, el, say } from "./dom";
import type { Fact } from "./model";

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What is called so comes before what is only about it. */
function rank(fact: Fact, wanted: string): number {
  const label = plain(fact.label);
  return !wanted || label === wanted ? 0 : label.startsWith(wanted) ? 1 : label.includes(wanted) ? 2 : 3;
}

export class Picker {
  private readonly search = el("input", { type: "search", "aria-label": say("search"), placeholder: say("search"), autocomplete: "off" });
  private readonly list = el("div", { class: "picks" });
  private readonly none = el("p", { class: "muted", role: "status" });
  private readonly dialog: HTMLDialogElement;
  private offered: readonly Fact[] = [];
  private chosen: (fact: Fact) => void = () => undefined;

  constructor(private readonly facts: readonly Fact[]) {
    const close = button(say("close"), () => this.dialog.close(), { class: "button button-quiet row-end" }, "x");
    const title = el("h2", { id: "picker-title" }, say("pick"));
    this.dialog = el("dialog", { class: "picker", "aria-labelledby": "picker-title" }, el("header", {}, title, close), el("div", { class: "body stack-s" }, this.search, this.none, this.list));
    document.body.append(this.dialog);
    this.search.addEventListener("input", () => this.show());
    this.dialog.addEventListener("keydown", (event) => this.move(event));
  }

  /** Ask for one of the facts that may stand here; nothing happens when the dialog is closed. */
  ask(fits: (fact: Fact) => boolean, chosen: (fact: Fact) => void): void {
    this.offered = this.facts.filter(fits);
    this.chosen = chosen;
    this.search.value = "";
    this.show();
    this.dialog.showModal();
    this.search.focus();
  }

  private show(): void {
    const wanted = plain(this.search.value).split(/\s+/).filter(Boolean);
    const found = this.offered.filter((fact) => {
      const told = plain(`${fact.label} ${fact.name} ${fact.written} ${fact.about} ${fact.owner}`);
      return wanted.every((word) => told.includes(word));
    });
    this.none.textContent = found.length > 0 ? say("found", { count: found.length }) : say("none");
    found.sort((one, other) => rank(one, wanted.join(" ")) - rank(other, wanted.join(" "))); // stable: else as in the table
    const owners = [...new Set(found.map((fact) => fact.owner))];
    this.list.replaceChildren(...owners.map((owner) => this.section(owner, found.filter((fact) => fact.owner === owner))));
  }

  private section(owner: string, facts: readonly Fact[]): HTMLElement {
    const rows = facts.map((fact) => {
      const about = el("small", {}, fact.about);
      const pick = (): void => {
        this.dialog.close();
        this.chosen(fact);
      };
      return el("li", {}, el("button", { type: "button", class: "pick", click: pick, "data-fact": fact.name }, el("b", {}, fact.label), el("code", {}, fact.written), about));
    });
    return el("section", {}, el("h3", {}, owner), el("ul", {}, ...rows));
  }

  private move(event: KeyboardEvent): void {
    const all = [...this.list.querySelectorAll<HTMLButtonElement>("button.pick")];
    const at = all.findIndex((row) => row === document.activeElement);
    if (event.key === "Enter" && document.activeElement === this.search) {
      event.preventDefault();
      all[0]?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? this.search : all[Math.min(next, all.length - 1)])?.focus();
    }
  }
}
