// The tree on the page: groups as lists, one line for each condition, actions by button and by key.
import { button, el, icon, options, say } from "./dom";
import { operatorSelect, usual, valueInputs } from "./leaf";
import { COUNTED, group, leaf, setAround, spotOf, type Fact, type Group, type Leaf, type Negation, type Node, type Rule, type Things } from "./model";
import type { Picker } from "./picker";

const AMOUNTS = ["any", "every", "none", "at_least", "at_most", "exactly"];
const KEYS: Record<string, Act> = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "into", ArrowLeft: "out" };
type Act = "up" | "down" | "into" | "out" | "not" | "twice" | "remove";

export class Tree {
  rule: Rule;
  private readonly ids = new WeakMap<Node, string>();
  private readonly said = new Map<Node, globalThis.Node[]>();
  private count = 0;
  private open: Node | null = null;

  constructor(
    private readonly roots: { when: HTMLElement; unless: HTMLElement },
    private readonly facts: ReadonlyMap<string, Fact>,
    private readonly picker: Picker,
    private readonly changed: (structure: boolean) => void,
    rule: Rule,
  ) {
    this.rule = rule;
    for (const root of Object.values(roots)) root.addEventListener("keydown", (event) => this.key(event));
  }

  /** Draw everything anew; what had the focus has it again, or what `focus` names. */
  draw(focus: { node: Node; role: string } | null = null): void {
    const active = document.activeElement?.closest<HTMLElement>("[data-role]");
    const before = active && { id: active.closest<HTMLElement>("[data-node]")?.dataset["node"] ?? "", role: active.dataset["role"] ?? "" };
    this.roots.when.replaceChildren(this.body(this.rule.when));
    this.roots.unless.replaceChildren(this.body(this.rule.unless));
    this.mark();
    const wanted = focus ? { id: this.id(focus.node), role: focus.role } : before;
    if (!wanted) return;
    const here = document.querySelector<HTMLElement>(`[data-node="${wanted.id}"]`);
    (here?.querySelector<HTMLElement>(`[data-role="${wanted.role}"]`) ?? here?.querySelector<HTMLElement>("[data-role]"))?.focus();
  }

  /** Put what the server said beside the conditions it was said of. */
  hear(said: ReadonlyMap<Node, globalThis.Node[]>): void {
    this.said.clear();
    for (const [node, told] of said) this.said.set(node, told);
    this.mark();
  }

  missing(nodes: readonly Node[]): void {
    for (const row of document.querySelectorAll(".node.missing")) row.classList.remove("missing");
    for (const node of nodes) this.element(node)?.classList.add("missing");
  }

  element(node: Node): HTMLElement | null {
    return document.querySelector<HTMLElement>(`[data-node="${this.id(node)}"]`);
  }

  private mark(): void {
    for (const place of document.querySelectorAll<HTMLElement>("[data-said]")) place.replaceChildren();
    for (const [node, told] of this.said) {
      this.element(node)?.querySelector<HTMLElement>("[data-said]")?.append(...told.map((one) => one.cloneNode(true)));
    }
  }

  private id(node: Node): string {
    let id = this.ids.get(node);
    if (!id) this.ids.set(node, (id = String(++this.count)));
    return id;
  }

  private body(of: Group, set = ""): HTMLElement {
    const rows = of.of.map((node) => this.row(node, set));
    for (const row of rows) row.dataset["join"] = say(of.type);
    const choose = el("select", { class: "joined", "aria-label": say("joined"), "data-role": "joined" }, ...options([["and", say("all")], ["or", say("one")]], of.type));
    choose.addEventListener("change", () => {
      of.type = choose.value === "or" ? "or" : "and";
      this.changed(true);
    });
    const adds = el("div", { class: "row adds" });
    adds.append(button(say(set ? `add ${set}` : "add"), () => this.add(of, set), { class: "button", "data-role": "add" }, "plus"));
    adds.append(button(say("add_group"), () => this.addGroup(of, set), { class: "button button-quiet", "data-role": "add-group" }, "plus"));
    const head = of.of.length > 1 ? [el("label", { class: "joined-line" }, choose)] : [];
    return el("div", { class: "group", "data-node": this.id(of) }, ...head, el("div", { "data-said": "" }), el("ol", { class: "nodes" }, ...rows), adds);
  }

  private row(node: Node, set: string): HTMLElement {
    const inner = node.type === "leaf" ? this.leaf(node, set) : node.type === "set" ? this.things(node) : node.type === "not" ? this.negation(node, set) : this.inner(node, set);
    const owns = node.type === "and" || node.type === "or" ? {} : { "data-node": this.id(node) };
    const heard = node.type === "leaf" || node.type === "not" ? [el("div", { "data-said": "" })] : [];
    return el("li", { class: `node node-${node.type}`, ...owns }, ...inner, ...heard);
  }

  private leaf(node: Leaf, set: string): HTMLElement[] {
    const fact = this.facts.get(node.fact);
    const name = fact ? fact.label : node.fact || say("pick");
    const pick = (): void => this.picker.ask((one) => one.set === set || one.set === "" && set === "", (one) => this.becomes(node, one));
    const choose = el("button", { type: "button", class: "fact", click: pick, "data-role": "fact", title: fact ? `${fact.written} · ${fact.about}` : node.fact }, name, icon("chevron-down"));
    const controls = el("div", { class: "controls" }, choose);
    if (fact) {
      controls.append(operatorSelect(node, fact, () => this.changed(true)), ...valueInputs(node, fact, () => this.changed(false)));
      if (node.op.startsWith("same")) controls.append(this.other(node, fact));
    }
    return [el("div", { class: "line" }, controls, this.actions(node, name))];
  }

  private other(node: Leaf, fact: Fact): HTMLElement {
    const fits = (one: Fact): boolean => one.kind === fact.kind && one.name !== fact.name && (one.set === fact.set || one.set === "");
    const chosen = this.facts.get(node.other);
    const pick = (): void => this.picker.ask(fits, (one) => {
      node.other = one.name;
      this.changed(true);
    });
    return el("button", { type: "button", class: "fact", click: pick, "data-role": "other" }, chosen?.label ?? say("pick"), icon("chevron-down"));
  }

  private things(node: Things): HTMLElement[] {
    const amount = el("select", { "aria-label": say("amount"), "data-role": "amount" }, ...options(AMOUNTS.map((one) => [one, say(`amount ${one}`)]), node.amount));
    amount.addEventListener("change", () => {
      node.amount = amount.value;
      if (COUNTED.has(node.amount)) node.count ||= 2;
      this.changed(true);
    });
    const controls = el("div", { class: "controls" }, amount);
    if (COUNTED.has(node.amount)) {
      const count = el("input", { type: "number", min: node.amount === "at_least" ? 1 : 0, max: 999, value: node.count, class: "number", "aria-label": say("count"), "data-role": "count" });
      count.addEventListener("input", () => {
        node.count = Math.trunc(Number(count.value)) || 0;
        this.changed(false);
      });
      controls.append(count);
    }
    const many = COUNTED.has(node.amount) && node.count !== 1;
    controls.append(el("b", {}, say(`${many ? "many" : "set"} ${node.set}`)));
    return [el("div", { class: "line" }, controls, this.actions(node, say(`set ${node.set}`))), el("div", { "data-said": "" }), this.body(node.where, node.set)];
  }

  private negation(node: Negation, set: string): HTMLElement[] {
    const inside = node.of ? [el("ol", { class: "nodes" }, this.row(node.of, set))] : [];
    return [el("div", { class: "line" }, el("div", { class: "controls" }, el("b", { class: "pill pill-neutral" }, say("not"))), this.actions(node, say("not"))), ...inside];
  }

  private inner(node: Group, set: string): HTMLElement[] {
    return [el("div", { class: "line" }, el("div", { class: "controls" }, el("b", {}, say("group"))), this.actions(node, say("group"))), this.body(node, set)];
  }

  private actions(node: Node, name: string): HTMLElement {
    const act = (wanted: Act, picture: string): HTMLElement => el("li", {}, button(say(`act ${wanted}`), () => this.act(node, wanted), { class: "button button-quiet", "data-act": wanted }, picture));
    const summary = el("summary", { "data-role": "menu", "aria-label": say("actions", { name }) }, say("more"));
    const menu = el("details", { class: "menu" }, summary, el("ul", {}, act("up", "arrow-left"), act("down", "arrow-right"), act("into", "chevron-right"), act("out", "arrow-left"), act("not", "ban"), act("twice", "plus")));
    menu.open = this.open === node;
    menu.addEventListener("focusout", (event) => {
      if (!menu.contains(event.relatedTarget as globalThis.Node | null)) menu.open = false;
    });
    const remove = el("button", { type: "button", class: "button button-quiet remove", click: () => this.act(node, "remove"), "aria-label": say("remove", { name }), title: say("act remove") }, icon("x"));
    return el("span", { class: "tools" }, menu, remove);
  }

  private add(to: Group, set: string): void {
    this.picker.ask((fact) => set === "" || fact.set === set, (fact) => {
      const made = leaf();
      to.of.push(made);
      this.becomes(made, fact);
    });
  }

  private addGroup(to: Group, set: string): void {
    const made = group([], to.type === "and" ? "or" : "and");
    to.of.push(made);
    this.changed(true);
    this.add(made, set);
  }

  /** A fact was chosen for a condition; a bag's fact outside of bags makes a set of bags around it. */
  private becomes(node: Leaf, fact: Fact): void {
    const spot = spotOf(this.rule, node);
    if (!spot) return;
    const keep = this.facts.get(node.fact)?.kind === fact.kind && node.op !== "";
    node.fact = fact.name;
    if (!keep) Object.assign(node, { op: usual(fact), values: [""], units: [fact.units[0] ?? ""], other: "" });
    delete node.raw;
    if (fact.set && !setAround(spot)) spot.list[spot.at] = { type: "set", amount: "any", set: fact.set, count: 0, where: group([node]) };
    this.changed(true);
    this.draw({ node, role: "value" });
  }

  private key(event: KeyboardEvent): void {
    const act = KEYS[event.key];
    const at = (event.target as HTMLElement).closest<HTMLElement>(".node");
    if (event.key === "Escape") {
      const menu = (event.target as HTMLElement).closest<HTMLDetailsElement>("details.menu[open]");
      if (menu) {
        event.stopPropagation();
        menu.open = false;
        menu.querySelector("summary")?.focus();
      }
    }
    if (!act || !event.altKey || !event.shiftKey || !at) return;
    const id = at.dataset["node"] ?? at.querySelector<HTMLElement>(":scope > [data-node]")?.dataset["node"];
    const node = this.find(id ?? "");
    if (!node) return;
    event.preventDefault();
    this.act(node, act);
  }

  private find(id: string): Node | null {
    const search = (node: Node | null): Node | null => {
      if (!node) return null;
      if (this.id(node) === id) return node;
      const parts = node.type === "and" || node.type === "or" ? node.of : node.type === "set" ? [node.where] : node.type === "not" ? [node.of] : [];
      for (const part of parts) {
        const found = search(part);
        if (found) return found;
      }
      return null;
    };
    return search(this.rule.when) ?? search(this.rule.unless);
  }

  private act(node: Node, act: Act): void {
    const spot = spotOf(this.rule, node);
    if (!spot) return;
    const { list, at } = spot;
    const parent = spot.around.at(-1);
    const focus = { node: act === "remove" ? (list[at + 1] ?? list[at - 1] ?? this.holder(parent)) : node, role: "menu" };
    if (act === "not") this.negate(node, spot.around);
    else if (parent?.type === "not") {
      if (act === "remove") return this.act(parent, "remove");
      return;
    } else if (act === "remove") list.splice(at, 1);
    else if (act === "twice") list.splice(at + 1, 0, structuredClone(node));
    else if (act === "up" && at > 0) list.splice(at - 1, 0, ...list.splice(at, 1));
    else if (act === "down" && at < list.length - 1) list.splice(at + 1, 0, ...list.splice(at, 1));
    else if (act === "into") this.into(list, at, parent);
    else if (act === "out") this.out(node, spot.around);
    this.changed(true);
    this.draw(focus);
  }

  private holder(parent: Node | undefined): Node {
    return parent?.type === "set" ? parent.where : (parent ?? this.rule.when);
  }

  private negate(node: Node, around: readonly Node[]): void {
    const spot = spotOf(this.rule, node);
    if (!spot) return;
    const parent = around.at(-1);
    if (parent?.type === "not") {
      const outer = spotOf(this.rule, parent);
      if (outer) outer.list[outer.at] = node;
    } else if (node.type === "not") {
      if (node.of) spot.list[spot.at] = node.of;
    } else spot.list[spot.at] = { type: "not", of: node };
  }

  /** Into the group above it, or into a new one together with the condition above. */
  private into(list: Node[], at: number, parent: Node | undefined): void {
    const above = list[at - 1];
    const node = list[at];
    if (!above || !node) return;
    list.splice(at, 1);
    if (above.type === "and" || above.type === "or") above.of.push(node);
    else list[at - 1] = group([above, node], parent?.type === "and" ? "or" : "and");
  }

  /** Out of its group, behind it; a condition on a bag stays inside the parentheses of bags. */
  private out(node: Node, around: readonly Node[]): void {
    const from = around.at(-1);
    if (!from || (from.type !== "and" && from.type !== "or")) return;
    const spot = spotOf(this.rule, from);
    if (!spot) return;
    from.of.splice(from.of.indexOf(node), 1);
    spot.list.splice(spot.at + 1, 0, node);
    const [only, another] = from.of;
    if (!another) spot.list.splice(spot.at, 1, ...(only ? [only] : []));
  }
}
