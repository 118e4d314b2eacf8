// docs/protocol/log.md: RFC 6962 trees, and the notes of C2SP.
import { createPublicKey, sign as signRaw, verify as verifyRaw } from "node:crypto";
import { sha256 } from "./wire.mjs";

export const leafHash = (leaf) => sha256(Buffer.from([0]), leaf);
const node = (left, right) => sha256(Buffer.from([1]), left, right);

function half(count) {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

const rootOf = (hashes) =>
  hashes.length === 1
    ? hashes[0]
    : node(rootOf(hashes.slice(0, half(hashes.length))), rootOf(hashes.slice(half(hashes.length))));

function pathOf(index, hashes) {
  if (hashes.length === 1) return [];
  const middle = half(hashes.length);
  const [left, right] = [hashes.slice(0, middle), hashes.slice(middle)];
  return index < middle
    ? [...pathOf(index, left), rootOf(right)]
    : [...pathOf(index - middle, right), rootOf(left)];
}

function keyed(name, key, type = 1) {
  const typed = Buffer.concat([Buffer.from([type]), key]);
  return { id: sha256(`${name}\n`, typed).subarray(0, 4), typed };
}

export function vkeyOf(name, key) {
  const { id, typed } = keyed(name, key);
  return `${name}+${id.toString("hex")}+${typed.toString("base64")}`;
}

export function checkpointOf(leaves, name, signer) {
  const text = `${name}\n${leaves.length}\n${rootOf(leaves.map(leafHash)).toString("base64")}\n`;
  const { id } = keyed(name, Buffer.from(signer.x, "base64url"));
  const signed = Buffer.concat([id, signRaw(null, Buffer.from(text), signer.private)]).toString("base64");
  return `${text}\n\u2014 ${name} ${signed}\n`;
}

export function proofOf(index, leaves, name, signer) {
  const path = pathOf(index, leaves.map(leafHash)).map((hash) => `${hash.toString("base64")}\n`).join("");
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${path}\n${checkpointOf(leaves, name, signer)}`;
}

// Throws unless the line is the witness's cosignature of the note; gives the second it was made.
export function verifyCosignature(note, line, vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const key = Buffer.from(rest.join("+"), "base64").subarray(1);
  if (keyed(name, key, 4).id.toString("hex") !== id) throw new Error("vkey");
  const [dash, signer, encoded] = line.trimEnd().split(" ");
  const signed = Buffer.from(encoded, "base64");
  const seconds = signed.readBigUInt64BE(4);
  const text = note.slice(0, note.indexOf("\n\n") + 1);
  const covered = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
  const publicKey = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: key.toString("base64url") }, format: "jwk",
  });
  const right = dash === "\u2014" && signer === name && signed.subarray(0, 4).toString("hex") === id;
  if (!right || !verifyRaw(null, covered, publicKey, signed.subarray(12))) throw new Error("cosignature");
  return Number(seconds);
}

// Throws unless the proof leads from the entry to a checkpoint signed by the key.
export function verifyProof(text, entry, vkey) {
  const [head, note] = [text.slice(0, text.indexOf("\n\n")), text.slice(text.indexOf("\n\n") + 2)];
  const [kind, place, ...path] = head.split("\n").filter((line) => !line.startsWith("extra "));
  if (kind !== "c2sp.org/tlog-proof@v1") throw new Error("kind");
  const index = BigInt(place.slice("index ".length));
  const [origin, sizeLine, rootLine] = note.split("\n");
  const size = BigInt(sizeLine);
  let [found, at, last] = [leafHash(entry), index, size - 1n];
  if (index < 0n || index >= size) throw new Error("index");
  for (const line of path) {
    const sibling = Buffer.from(line, "base64");
    if (last === 0n) throw new Error("path too long");
    if (at % 2n === 1n || at === last) {
      found = node(sibling, found);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else {
      found = node(found, sibling);
    }
    [at, last] = [at / 2n, last / 2n];
  }
  if (last !== 0n || !found.equals(Buffer.from(rootLine, "base64"))) throw new Error("root");
  const [name, , ...rest] = vkey.split("+");
  const key = Buffer.from(rest.join("+"), "base64");
  const signed = note.slice(0, note.indexOf("\n\n") + 1);
  const lines = note.slice(note.indexOf("\n\n") + 2).split("\n").filter(Boolean);
  const line = lines.find((one) => one.split(" ")[1] === name);
  const signature = Buffer.from(line.split(" ")[2], "base64").subarray(4);
  const x = key.subarray(1).toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  if (origin !== name || !verifyRaw(null, Buffer.from(signed), publicKey, signature)) throw new Error("note");
  return { index: Number(index), size: Number(size), root: rootLine };
}
