// One condition: what it asks of its fact, and the inputs for the value that suit the fact's type.
import { el, options, say } from "./dom";
import type { Fact, Leaf } from "./model";

const ORDER = ["=", "!=", "<", "<=", ">", ">="] as const;
const EQUAL = ["=", "!="] as const;
const INPUTS: Record<string, string> = { day: "date", time_of_day: "time", moment_utc: "datetime-local", moment_local: "datetime-local" };
const RELATIONS: Record<string, string> = { "=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" };
const UNORDERED = new Set(["text", "flag"]);

/** The comparisons that suit a fact, the usual one first. */
export function operators(fact: Fact): string[] {
  const relations = UNORDERED.has(fact.kind) ? EQUAL : ORDER;
  const texts = fact.kind !== "text" ? [] : fact.codes.length > 0 ? ["one_of"] : ["one_of", "start", "end", "anywhere"];
  const between = UNORDERED.has(fact.kind) ? [] : ["between"];
  return [...relations.map((one) => `cmp ${one}`), ...between, ...texts, "known", "unknown", ...relations.map((one) => `same ${one}`)];
}

export const usual = (fact: Fact): string => (UNORDERED.has(fact.kind) ? "cmp =" : fact.kind === "duration" ? "cmp <" : "cmp >");

/** Change what is asked, keeping the values that still suit. */
export function asks(node: Leaf, op: string): void {
  const one = node.op.startsWith("cmp") && op.startsWith("cmp");
  node.op = op;
  if (one) return;
  node.values = op === "between" ? [node.values[0] ?? "", ""] : op.startsWith("cmp") ? [node.values[0] ?? ""] : op === "one_of" ? node.values.filter(Boolean) : op in { start: 1, end: 1, anywhere: 1 } ? [node.values[0] ?? ""] : [];
  if (!op.startsWith("same")) node.other = "";
}

export function operatorSelect(node: Leaf, fact: Fact, changed: () => void): HTMLSelectElement {
  const select = el("select", { class: "op", "aria-label": say("asks"), "data-role": "op" });
  const parts: [string, string[]][] = [["", []], [say("with_fact"), []]];
  for (const op of operators(fact)) parts[op.startsWith("same") ? 1 : 0]?.[1].push(op);
  const told = (op: string): [string, string] => [op, op.startsWith("same") || op.startsWith("cmp") ? say(`relation ${relationWord(fact, op)}`) : say(`op ${op}`)];
  select.append(...options((parts[0]?.[1] ?? []).map(told), node.op));
  select.append(el("optgroup", { label: say("with_fact") }, ...options((parts[1]?.[1] ?? []).map(told), node.op)));
  select.addEventListener("change", () => {
    asks(node, select.value);
    changed();
  });
  return select;
}

/** Times come before and after, amounts are less and more. */
function relationWord(fact: Fact, op: string): string {
  const relation = RELATIONS[op.split(" ")[1] ?? ""] ?? "";
  return fact.kind in INPUTS && relation !== "eq" && relation !== "ne" ? `time ${relation}` : relation;
}

export function valueInputs(node: Leaf, fact: Fact, changed: () => void): HTMLElement[] {
  if (node.op === "one_of") return [fact.codes.length > 0 ? codeBoxes(node, fact, changed) : textLines(node, changed)];
  if (!node.op.startsWith("cmp") && node.op !== "between" && !(node.op in { start: 1, end: 1, anywhere: 1 })) return [];
  if (node.op !== "between") return valueInput(node, fact, 0, say("value"), changed);
  return [...valueInput(node, fact, 0, say("from"), changed), el("span", { class: "word" }, say("and_value")), ...valueInput(node, fact, 1, say("to"), changed)];
}

function valueInput(node: Leaf, fact: Fact, at: number, label: string, changed: () => void): HTMLElement[] {
  const common = { "aria-label": `${label}: ${fact.label}`, "data-role": at === 0 ? "value" : "value-2" };
  const keep = (control: HTMLInputElement | HTMLSelectElement): HTMLElement => {
    control.addEventListener("input", () => {
      node.values[at] = control.value;
      changed();
    });
    return control;
  };
  if (fact.kind === "flag") return [keep(el("select", common, ...options([["", say("choose")], ["yes", say("yes")], ["no", say("no")]], node.values[at] ?? "")))];
  if (fact.codes.length > 0) {
    const chosen = (node.values[at] ?? "").toUpperCase();
    return [keep(el("select", common, ...options([["", say("choose")], ...fact.codes.map((code): [string, string] => [code, codeWord(code)])], chosen)))];
  }
  const type = INPUTS[fact.kind];
  if (type) {
    const input = keep(el("input", { ...common, type, value: node.values[at] ?? "" }));
    return fact.kind.startsWith("moment") ? [input, el("span", { class: "unit" }, say(fact.kind))] : fact.kind === "time_of_day" ? [input, el("span", { class: "unit" }, say("moment_local"))] : [input];
  }
  if (fact.kind === "text") return [keep(el("input", { ...common, type: "text", maxlength: 64, value: node.values[at] ?? "", class: "text" }))];
  const number = keep(el("input", { ...common, type: "text", inputmode: "decimal", maxlength: 23, value: node.values[at] ?? "", class: "number" }));
  return [el("span", { class: "measure" }, number, ...unitInput(node, fact, at, changed))];
}

function unitInput(node: Leaf, fact: Fact, at: number, changed: () => void): HTMLElement[] {
  node.units[at] ??= fact.units[0] ?? "";
  if (fact.units.length < 2) return fact.units[0] ? [el("span", { class: "unit" }, say(`unit ${fact.units[0]}`))] : [];
  const select = el("select", { class: "unit", "aria-label": `${say("unit")}: ${fact.label}`, "data-role": `unit-${at}` }, ...options(fact.units.map((unit) => [unit, say(`unit ${unit}`)]), node.units[at] ?? ""));
  select.addEventListener("change", () => {
    node.units[at] = select.value;
    changed();
  });
  return [select];
}

export const codeWord = (code: string): string => `${say(`code ${code}`)} (${code})`;

function codeBoxes(node: Leaf, fact: Fact, changed: () => void): HTMLElement {
  const chosen = new Set(node.values.map((text) => text.toUpperCase()));
  const boxes = fact.codes.map((code) => {
    const box = el("input", { type: "checkbox", value: code, checked: chosen.has(code), "data-role": `code-${code}` });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(code);
      else chosen.delete(code);
      node.values = fact.codes.filter((one) => chosen.has(one));
      changed();
    });
    return el("label", { class: "box" }, box, codeWord(code));
  });
  return el("fieldset", { class: "boxes" }, el("legend", { class: "visually-hidden" }, fact.label), ...boxes);
}

function textLines(node: Leaf, changed: () => void): HTMLElement {
  const area = el("textarea", { "aria-label": say("texts"), rows: 3, "data-role": "value", placeholder: say("texts") });
  area.value = node.values.join("\n");
  area.addEventListener("input", () => {
    node.values = area.value.split("\n").filter(Boolean);
    changed();
  });
  return area;
}
