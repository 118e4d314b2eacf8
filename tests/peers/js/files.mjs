// docs/protocol: attachments, offline files, private look-up, blocks of the channel, conditions of a notice.
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { createDecipheriv } from "node:crypto";
import { b64, hmac, jcs, raw, sha256, signFlattened, split, verifyFlattened } from "./wire.mjs";

const { voprf } = ristretto255_oprf;
const WIDTH = 8;

function openPart(key, part, number) {
  if (part[0] !== 1) throw new Error("version of a part");
  const opener = createDecipheriv("aes-256-gcm", key, part.subarray(1, 13));
  opener.setAAD(Buffer.from(`attachment|${number}`));
  opener.setAuthTag(part.subarray(-16));
  return Buffer.concat([opener.update(part.subarray(13, -16)), opener.final()]);
}

// `fetch(id, number)` gives one sealed part.
export async function attachment(reference, fetch) {
  const [mark, id, secret] = reference.split(".");
  const key = hmac(raw(secret), "cordillera/attachment/1");
  const first = await fetch(id, 0);
  if (mark !== "a" || b64(sha256(first).subarray(0, 20)) !== id) throw new Error("part 0");
  const manifest = JSON.parse(openPart(key, first, 0).toString());
  const chunks = [];
  for (const [at, hash] of manifest.parts.entries()) {
    const part = await fetch(id, at + 1);
    if (sha256(part).toString("hex") !== hash) throw new Error(`part ${at + 1}`);
    chunks.push(openPart(key, part, at + 1));
  }
  const content = Buffer.concat(chunks);
  if (content.length !== manifest.size) throw new Error("size");
  return { name: manifest.name, media_type: manifest.media_type, content };
}

export async function writeFile(manifest, content, signer) {
  const told = { v: 1, sha256: sha256(content).toString("hex"), ...manifest };
  const jws = JSON.stringify(await signFlattened(Buffer.from(jcs(told)), signer, "cordillera-offline+jws"));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(Buffer.byteLength(jws));
  return Buffer.concat([Buffer.from("CDB1"), size, Buffer.from(jws), content]);
}

export async function readFile(file, keys) {
  if (file.subarray(0, 4).toString() !== "CDB1") throw new Error("magic");
  const end = 8 + file.readUInt32BE(4);
  const { payload, typ } = await verifyFlattened(JSON.parse(file.subarray(8, end).toString()), keys);
  const manifest = JSON.parse(payload.toString());
  const content = file.subarray(end);
  if (typ !== "cordillera-offline+jws" || manifest.sha256 !== sha256(content).toString("hex")) throw new Error("file");
  return { manifest, content };
}

export const idsIn = (content) => split(content).map(({ header }) => JSON.parse(header.toString()).msg_id);

export const epochOf = (date) => Math.floor((date.getTime() - Date.UTC(2025, 0, 1)) / (30 * 86_400_000));
export const token = ({ kind, issuer, type, value }) =>
  Buffer.from(`${kind}|${issuer.toUpperCase()}|${type.toUpperCase()}|${value.toUpperCase().replace(/[^A-Z0-9]/g, "")}`);

export const blind = (tokens) => tokens.map((input) => ({ input, ...voprf.blind(input) }));

export function finish(blinds, evaluated, publicKey, table) {
  const entries = new Set();
  for (let at = 0; at < table.length; at += WIDTH) entries.add(table.subarray(at, at + WIDTH).toString("hex"));
  return blinds.map(({ input, blind: secret, blinded }, at) => {
    const part = evaluated.subarray(at * 96, at * 96 + 96);
    const output = voprf.finalize(input, secret, part.subarray(64), blinded, publicKey, part.subarray(0, 64));
    return entries.has(Buffer.from(output.subarray(0, WIDTH)).toString("hex"));
  });
}

export function digests(entries) {
  const blocks = {};
  for (const { agreement_id, sender, seq, message_id, envelope } of entries) {
    const block = `${agreement_id}|${sender}|${Math.floor(seq / 256)}`;
    (blocks[block] ??= []).push(`${String(seq).padStart(20, "0")}|${message_id}|${envelope}\n`);
  }
  const digest = (lines) => sha256(lines.sort().join("")).toString("hex");
  return Object.fromEntries(Object.entries(blocks).map(([block, lines]) => [block, digest(lines)]));
}

export function conditions({ message }) {
  const { agreement_id, agr_hash, handling, retention } = message;
  const written = (text) => new Date(text).toISOString().replace("Z", "+00:00");
  const terms = {
    agreement_id, agr_hash, handling, notes: retention.notes, erase_after: written(retention.erase_after),
    review_at: written(retention.review_at),
  };
  return { digest: sha256(jcs(terms)).toString("hex") };
}
