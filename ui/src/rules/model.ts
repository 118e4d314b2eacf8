// The rule tree as it is edited: groups may be empty and values missing until the analyst has filled them in.
// `exported` gives the JSON face of the engine (docs/rules.md) and says what is missing; `imported` reads it.

export interface Fact {
  readonly name: string; // bag.weight
  readonly written: string; // the name in the language of the page: maleta.peso
  readonly label: string; // what it means, in words
  readonly kind: string;
  readonly set: string; // "" for facts of the traveller
  readonly owner: string; // the words for what it belongs to
  readonly units: readonly string[];
  readonly codes: readonly string[];
  readonly about: string; // type, unit, codes, law: one line
}

type Json = { [key: string]: unknown };

export interface Group { type: "and" | "or"; of: Node[] }
export interface Negation { type: "not"; of: Node | null }
export interface Things { type: "set"; amount: string; set: string; count: number; where: Group }
export interface Leaf { type: "leaf"; fact: string; op: string; values: string[]; units: string[]; other: string; raw?: Json }
export type Node = Group | Negation | Things | Leaf;
export interface Rule { name: string; title: string; purpose: string; when: Group; unless: Group }

export const COUNTED = new Set(["at_least", "at_most", "exactly"]);
const PARTS: Record<string, string> = { start: "start", end: "end", anywhere: "anywhere" };

export const empty = (): Rule => ({ name: "", title: "", purpose: "", when: group(), unless: group() });
export const group = (of: Node[] = [], type: "and" | "or" = "and"): Group => ({ type, of });
export const leaf = (fact = ""): Leaf => ({ type: "leaf", fact, op: "", values: [], units: [], other: "" });

/** A number as it is typed: 1E-8 is what JSON makes of 0.00000001. */
const plain = (amount: string): string => (/e/i.test(amount) ? Number(amount).toFixed(9).replace(/\.?0+$/, "") : amount);

const shape = (value: Json): [string, string] => {
  switch (value["type"]) {
    case "flag": return [value["yes"] ? "yes" : "no", ""];
    case "quantity": return [plain(String(value["amount"])), String(value["unit"] ?? "")];
    case "moment": return [String(value["moment"]).replace(/Z$/, ""), ""];
    default: return [String(value[String(value["type"])]), ""];
  }
};

function importedLeaf(told: Json): Leaf {
  const made: Leaf = { ...leaf(String(told["fact"])), raw: told };
  const values = (...given: Json[]): void => {
    for (const [value, unit] of given.map(shape)) (made.values.push(value), made.units.push(unit));
  };
  switch (told["type"]) {
    case "compare": made.op = `cmp ${told["relation"]}`; values(told["value"] as Json); break;
    case "between": made.op = "between"; values(told["low"] as Json, told["high"] as Json); break;
    case "one_of": made.op = "one_of"; made.values = [...(told["texts"] as string[])]; break;
    case "holds": made.op = String(told["part"]); made.values = [String(told["text"])]; break;
    case "known": made.op = told["known"] ? "known" : "unknown"; break;
    case "same": made.op = `same ${told["relation"]}`; made.other = String(told["other"]); break;
  }
  return made;
}

function importedNode(told: Json): Node {
  switch (told["type"]) {
    case "and":
    case "or": return group((told["of"] as Json[]).map(importedNode), told["type"]);
    case "not": return { type: "not", of: importedNode(told["of"] as Json) };
    case "set": {
      const where = asGroup(importedNode(told["where"] as Json));
      return { type: "set", amount: String(told["amount"]), set: String(told["set"]), count: Number(told["count"] ?? 0), where };
    }
    default: return importedLeaf(told);
  }
}

const asGroup = (node: Node): Group => (node.type === "and" || node.type === "or" ? node : group([node]));

export function imported(json: string): Rule {
  const told = JSON.parse(json) as Json;
  const unless = told["unless"] ? asGroup(importedNode(told["unless"] as Json)) : group();
  return {
    name: String(told["name"]), title: String(told["title"]), purpose: String(told["purpose"]),
    when: asGroup(importedNode(told["when"] as Json)), unless,
  };
}

function value(fact: Fact, text: string, unit: string): Json | null {
  if (fact.kind === "text") return text ? { type: "text", text } : null;
  const told = text.trim();
  if (!told) return null;
  switch (fact.kind) {
    case "flag": return { type: "flag", yes: told === "yes" };
    case "day": return { type: "day", day: told };
    case "time_of_day": return { type: "time", time: told.slice(0, 5) };
    case "moment_utc": return { type: "moment", moment: `${told.slice(0, 16)}Z` };
    case "moment_local": return { type: "moment", moment: told.slice(0, 16) };
  }
  const amount = told.replace(",", ".");
  return /^-?\d{1,12}(\.\d{1,9})?$/.test(amount) ? { type: "quantity", amount, unit } : null;
}

function exportedLeaf(node: Leaf, fact: Fact | undefined): Json | null {
  if (!fact) return node.raw ?? null; // a fact that is not offered: the law refuses it where it stands
  if (!node.op) return null;
  const values = node.values.map((text, at) => value(fact, text, node.units[at] ?? fact.units[0] ?? ""));
  const [first, second] = [values[0] ?? null, values[1] ?? null];
  const named = { fact: node.fact };
  if (node.op.startsWith("cmp ")) return first && { type: "compare", ...named, relation: node.op.slice(4), value: first };
  if (node.op.startsWith("same ")) return node.other ? { type: "same", ...named, relation: node.op.slice(5), other: node.other } : null;
  if (node.op === "between") return first && second && { type: "between", ...named, low: first, high: second };
  if (node.op === "known" || node.op === "unknown") return { type: "known", ...named, known: node.op === "known" };
  const texts = node.values.filter(Boolean);
  if (texts.length === 0) return null;
  return node.op === "one_of" ? { type: "one_of", ...named, texts } : { type: "holds", ...named, part: PARTS[node.op] ?? "", text: texts[0] };
}

/** The JSON of a rule, the place of every part in it, and the parts that say nothing yet. */
export class Export {
  readonly places = new Map<string, Node>();
  readonly missing: Node[] = [];
  readonly json: string;

  constructor(rule: Rule, private readonly facts: ReadonlyMap<string, Fact>) {
    const when = this.node(rule.when, "when");
    const unless = rule.unless.of.length > 0 ? this.node(rule.unless, "unless") : null;
    const head = { name: rule.name, title: rule.title, purpose: rule.purpose };
    this.json = JSON.stringify(unless ? { ...head, when, unless } : { ...head, when });
  }

  private node(node: Node, path: string): Json | null {
    this.places.set(path, node);
    switch (node.type) {
      case "leaf": return this.checked(node, exportedLeaf(node, this.facts.get(node.fact)));
      case "not": return this.checked(node, node.of && { type: "not", of: this.node(node.of, `${path}.of`) });
      case "set": {
        const count = COUNTED.has(node.amount) ? node.count : 0;
        return { type: "set", amount: node.amount, set: node.set, where: this.node(node.where, `${path}.where`), count };
      }
    }
    const [only, another] = node.of;
    if (!only) return this.checked(node, null);
    if (!another) return this.node(only, path); // one condition needs no group
    return { type: node.type, of: node.of.map((part, at) => this.node(part, `${path}.of[${at}]`)) };
  }

  private checked(node: Node, told: Json | null): Json | null {
    if (!told) this.missing.push(node);
    return told;
  }
}

/** Where a node stands: the list that holds it, and the nodes around it from the outside in. */
export interface Spot { readonly list: Node[]; readonly at: number; readonly around: readonly Node[] }

export function spotOf(rule: Rule, wanted: Node): Spot | null {
  const search = (around: Node[]): Spot | null => {
    const here = around.at(-1);
    const list = here?.type === "and" || here?.type === "or" ? here.of : here?.type === "set" ? here.where.of : here?.type === "not" && here.of ? [here.of] : [];
    for (const [at, node] of list.entries()) {
      if (node === wanted) return { list, at, around };
      const found = search([...around, node]);
      if (found) return found;
    }
    return null;
  };
  return search([rule.when]) ?? search([rule.unless]);
}

export const setAround = (spot: Spot): string => spot.around.reduce((set, node) => (node.type === "set" ? node.set : set), "");
