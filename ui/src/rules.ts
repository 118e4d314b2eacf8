// The builder of rules: the tree beside the text, each following the other. Without this file the text is
// written alone and the server shows the tree. The server reads, prints, lints and explains; nothing is
// decided here.
import { el, learn, say } from "./rules/dom";
import { empty, Export, imported, type Fact, type Node } from "./rules/model";
import { Picker } from "./rules/picker";
import { Tree } from "./rules/tree";

const PAUSE = 450;

function factsOf(root: Document): Fact[] {
  return [...root.querySelectorAll<HTMLElement>("tr[data-fact]")].map((row) => {
    const told = row.dataset;
    const list = (text: string | undefined): string[] => (text ? text.split(" ") : []);
    const units = told["units"] === undefined || told["units"] === "-" ? [] : told["units"].split(" ");
    return {
      name: told["fact"] ?? "", written: told["written"] ?? "", label: told["label"] ?? "", kind: told["kind"] ?? "",
      set: told["set"] ?? "", owner: told["owner"] ?? "", units, codes: list(told["codes"]), about: told["about"] ?? "",
    };
  });
}

class Builder {
  private readonly facts = factsOf(document);
  private readonly byName = new Map(this.facts.map((fact) => [fact.name, fact]));
  private readonly text: HTMLTextAreaElement;
  private readonly json: HTMLInputElement;
  private readonly status: HTMLElement;
  private readonly head: { title: HTMLInputElement; name: HTMLInputElement; purpose: HTMLSelectElement };
  private readonly tree: Tree;
  private readonly undone: string[] = [];
  private last = "";
  private asked = 0;
  private timer = 0;
  private named = false;

  constructor(private readonly form: HTMLFormElement) {
    const part = <T extends HTMLElement>(selector: string): T => form.querySelector<T>(selector)!;
    this.text = part("textarea[name=text]");
    this.json = part("input[name=rule]");
    this.status = part("[data-status]");
    this.head = { title: part("[data-head=title]"), name: part("[data-head=name]"), purpose: part("[data-head=purpose]") };
    const roots = { when: part<HTMLElement>("[data-root=when]"), unless: part<HTMLElement>("[data-root=unless]") };
    const faces = document.getElementById("faces");
    const json = faces?.dataset["rule"] ?? "";
    this.tree = new Tree(roots, this.byName, new Picker(this.facts), (structure) => this.edited(structure), json ? imported(json) : empty());
    part<HTMLElement>("[data-tree]").hidden = false;
    this.form.classList.add("with-tree");
    this.fillHead();
    this.tree.draw();
    if (faces) this.hear(faces);
    this.last = JSON.stringify(this.tree.rule);
    this.listen();
    // `autofocus` passes over what is hidden while the page is read.
    if (this.head.title.autofocus && document.activeElement === document.body) this.head.title.focus();
  }

  private listen(): void {
    this.text.addEventListener("input", () => {
      this.json.value = "";
      this.later(() => void this.ask(this.text.value, false));
    });
    for (const [name, control] of Object.entries(this.head)) {
      control.addEventListener("input", () => {
        if (name === "name") this.named = true;
        if (name === "title" && !this.named) this.head.name.value = slug(this.head.title.value);
        Object.assign(this.tree.rule, { title: this.head.title.value, name: this.head.name.value, purpose: this.head.purpose.value });
        this.edited(false);
      });
    }
    this.form.querySelector("[data-undo]")?.addEventListener("click", () => this.undo());
    this.form.querySelector("button[data-example]")?.addEventListener("click", () => this.example());
    this.form.addEventListener("submit", (event) => this.submit(event), { capture: true });
  }

  private fillHead(): void {
    const { title, name, purpose } = this.tree.rule;
    Object.assign(this.head.title, { value: title });
    Object.assign(this.head.name, { value: name });
    Object.assign(this.head.purpose, { value: purpose });
    this.named ||= name !== "" && name !== slug(title);
  }

  private edited(structure: boolean): void {
    const now = JSON.stringify(this.tree.rule);
    if (now !== this.last) this.undone.push(this.last);
    this.last = now;
    if (structure) this.tree.draw();
    this.follow();
  }

  private undo(): void {
    const before = this.undone.pop();
    if (!before) return this.tell(say("nothing_undone"));
    this.tree.rule = JSON.parse(before);
    this.last = before;
    this.fillHead();
    this.tree.draw();
    this.follow();
  }

  /** The text follows the tree as soon as every condition says something. */
  private follow(): void {
    const told = new Export(this.tree.rule, this.byName);
    this.tree.missing(told.missing);
    const open = this.open(told);
    this.json.value = open.length === 0 ? told.json : "";
    if (open.length > 0) {
      clearTimeout(this.timer);
      this.asked++;
      this.form.dataset["open"] = String(open.length);
      return this.tell(say("missing", { what: open.join(", ") }));
    }
    delete this.form.dataset["open"];
    this.later(() => void this.ask(told.json, true));
  }

  private open(told: Export): string[] {
    const { title, name, purpose } = this.tree.rule;
    const open = [];
    if (!title.trim()) open.push(say("title"));
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) open.push(say("name"));
    if (!purpose) open.push(say("purpose"));
    if (told.missing.length > 0) open.push(say(told.missing.length === 1 ? "condition" : "conditions", { count: told.missing.length }));
    return open;
  }

  private later(act: () => void): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(act, PAUSE);
  }

  /** Ask the server to read one face; of the answer the other face is filled. */
  private async ask(source: string, fromTree: boolean, facts = ""): Promise<void> {
    const turn = ++this.asked;
    const page = await posted(this.form.dataset["faces"] ?? "", this.form, { text: fromTree ? "" : source, rule: fromTree ? source : "", facts });
    if (turn !== this.asked) return;
    const faces = page?.getElementById("faces");
    if (!faces) return this.tell(say("offline"));
    if (fromTree && faces.dataset["rule"]) this.text.value = faces.dataset["text"] ?? "";
    if (!fromTree && faces.dataset["rule"]) this.take(faces.dataset["rule"]);
    this.form.classList.toggle("stale", !fromTree && !faces.dataset["rule"] && this.text.value.trim() !== "");
    this.hear(faces);
    document.getElementById("faces")?.replaceWith(document.importNode(faces, true));
    if (facts) document.getElementById("tried")?.replaceWith(document.importNode(page?.getElementById("tried") as HTMLElement, true));
    this.tell(faces.dataset["status"] ?? "");
  }

  /** Take the tree of a text that was read, unless it is the one that is shown. */
  private take(json: string): void {
    delete this.form.dataset["open"];
    this.tree.missing([]);
    const read = imported(json);
    if (new Export(read, this.byName).json === new Export(this.tree.rule, this.byName).json) return;
    this.undone.push(this.last);
    this.tree.rule = read;
    this.last = JSON.stringify(read);
    this.fillHead();
    this.tree.draw();
  }

  /** Hand what was said of each part to its place in the tree. */
  private hear(faces: HTMLElement): void {
    const { places } = new Export(this.tree.rule, this.byName);
    const said = new Map<Node, globalThis.Node[]>();
    for (const line of faces.querySelectorAll<HTMLElement>("[data-path]")) {
      const node = nearest(places, line.dataset["path"] ?? "");
      const told = [...line.querySelectorAll(".said > *")];
      if (node && told.length > 0) said.set(node, [...(said.get(node) ?? []), ...told]);
    }
    this.tree.hear(said);
  }

  private example(): void {
    const area = this.form.querySelector<HTMLTextAreaElement>("textarea[name=facts]");
    const example = document.getElementById("faces")?.dataset["example"];
    if (!area || !example) return this.tell(say("no_example"));
    area.value = example;
    area.focus();
  }

  private submit(event: SubmitEvent): void {
    const act = (event.submitter as HTMLButtonElement | null)?.value;
    if (this.form.dataset["open"]) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.follow();
      const first = new Export(this.tree.rule, this.byName).missing[0];
      const row = first && this.tree.element(first);
      const value = row?.querySelector<HTMLElement>("[data-role=value]");
      (value ?? row?.querySelector<HTMLElement>("[data-role=fact], [data-role=add]") ?? this.head.title).focus();
    } else if (act === "try") {
      event.preventDefault();
      event.stopImmediatePropagation();
      const facts = this.form.querySelector<HTMLTextAreaElement>("textarea[name=facts]")?.value ?? "";
      if (!facts.trim()) return this.example();
      void this.ask(this.json.value || this.text.value, this.json.value !== "", facts);
    }
  }

  private tell(text: string): void {
    if (this.status.textContent !== text) this.status.replaceChildren(el("span", {}, text));
  }
}

function nearest(places: ReadonlyMap<string, Node>, path: string): Node | undefined {
  for (let at = path; at; at = at.replace(/(\.[^.[]*|\[\d+\])$/, "")) {
    const found = places.get(at);
    if (found) return found;
    if (!/[.[]/.test(at)) return undefined;
  }
  return undefined;
}

function slug(title: string): string {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "").slice(0, 48).replace(/-+$/, "");
}

/** A request parses a page under Trusted Types, which DOMParser may not. */
function posted(address: string, form: HTMLFormElement, values: Record<string, string>): Promise<Document | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => resolve(request.responseXML);
    request.onerror = () => resolve(null);
    request.open("POST", address);
    const token = form.querySelector<HTMLInputElement>("input[name=csrf_token]")?.value ?? "";
    request.send(new URLSearchParams({ ...values, csrf_token: token }));
  });
}

const form = document.querySelector<HTMLFormElement>("form[data-island=rule]");
if (form) {
  learn(form.dataset["words"] ?? "{}");
  new Builder(form);
}
