// A second implementation of docs/protocol.md, for tests: it shares no code with Cordillera.
//
// Reads one JSON object from standard input, writes one to standard output.
//   open     {envelope, seed, signer}                    -> {header, payload, kid, typ}
//   seal     {header, payload, recipient, signer, typ, block} -> {envelope}
//   receipt  {receipt, signer}                           -> {payload, typ}
//   sign     {payload, signer, typ}                       -> {jws}
//   proof    {proof, entry, vkey}                        -> {index, size, root}
//   vector   {kem, aead, key, enc, info, encryptions}     -> {opened}
//   hop      {method, authority, target, headers, body, signer} -> {covered, parameters}
// Bytes are base64url; keys are JWK (OKP, Ed25519) or, for HPKE, raw bytes.
import {
  Aes128Gcm,
  Aes256Gcm,
  CipherSuite,
  DhkemP256HkdfSha256,
  DhkemX25519HkdfSha256,
  HkdfSha256,
} from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { CompactSign, compactVerify, FlattenedSign, flattenedVerify, importJWK } from "jose";
import { createHash, createPublicKey, verify as verifyRaw } from "node:crypto";
import { readFileSync } from "node:fs";

const b64 = (bytes) => Buffer.from(bytes).toString("base64url");
const raw = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const suite = () => new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const ENCAPSULATION = 1120;

function info(header) {
  return Buffer.concat([Buffer.from("cordillera/1|"), sha256(header)]);
}

function frame(envelope) {
  const bytes = Buffer.from(envelope, "base64url");
  if (bytes.subarray(0, 4).toString() !== "CDE1") throw new Error("magic");
  const headerLength = bytes.readUInt32BE(4);
  const header = bytes.subarray(8, 8 + headerLength);
  const bodyLength = bytes.readUInt32BE(8 + headerLength);
  const body = bytes.subarray(12 + headerLength);
  if (body.length !== bodyLength) throw new Error("length");
  return { header, body };
}

async function open({ envelope, seed, signer }) {
  const { header, body } = frame(envelope);
  const kem = suite();
  const privateKey = await kem.kem.importKey("raw", raw(seed), false);
  const recipient = await kem.createRecipientContext({
    recipientKey: privateKey,
    enc: body.subarray(0, ENCAPSULATION),
    info: info(header),
  });
  const padded = Buffer.from(await recipient.open(body.subarray(ENCAPSULATION)));
  const length = padded.readUInt32BE(0);
  if (padded.subarray(4 + length).some((byte) => byte !== 0)) throw new Error("padding");
  const jws = JSON.parse(padded.subarray(4, 4 + length).toString());
  const key = await importJWK(signer, "Ed25519");
  const { payload, protectedHeader } = await flattenedVerify(jws, key, { algorithms: ["Ed25519"] });
  return { header: b64(header), payload: b64(payload), kid: protectedHeader.kid, typ: protectedHeader.typ };
}

async function seal({ header, payload, recipient, signer, typ, block }) {
  const key = await importJWK(signer, "Ed25519");
  const jws = await new FlattenedSign(raw(payload))
    .setProtectedHeader({ alg: "Ed25519", kid: signer.kid, typ })
    .sign(key);
  const content = Buffer.from(JSON.stringify(jws));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  const filled = Buffer.concat([size, content]);
  const padded = Buffer.concat([filled, Buffer.alloc((block - (filled.length % block)) % block)]);
  const kem = suite();
  const recipientPublicKey = await kem.kem.deserializePublicKey(raw(recipient));
  const clear = Buffer.from(header, "base64url");
  const sender = await kem.createSenderContext({ recipientPublicKey, info: info(clear) });
  const body = Buffer.concat([Buffer.from(sender.enc), Buffer.from(await sender.seal(padded))]);
  const lengths = [Buffer.alloc(4), Buffer.alloc(4)];
  lengths[0].writeUInt32BE(clear.length);
  lengths[1].writeUInt32BE(body.length);
  return { envelope: b64(Buffer.concat([Buffer.from("CDE1"), lengths[0], clear, lengths[1], body])) };
}

async function receipt({ receipt, signer }) {
  const key = await importJWK(signer, "Ed25519");
  const { payload, protectedHeader } = await compactVerify(receipt, key, { algorithms: ["Ed25519"] });
  return { payload: b64(payload), typ: protectedHeader.typ };
}

async function sign({ payload, signer, typ }) {
  const key = await importJWK(signer, "Ed25519");
  const jws = new CompactSign(raw(payload)).setProtectedHeader({ alg: "Ed25519", kid: signer.kid, typ });
  return { jws: await jws.sign(key) };
}

// C2SP tlog-proof, tlog-checkpoint and signed-note; RFC 6962 section 2.1.
function proof({ proof, entry, vkey }) {
  const text = Buffer.from(proof, "base64url").toString();
  const [head, note] = [text.slice(0, text.indexOf("\n\n")), text.slice(text.indexOf("\n\n") + 2)];
  const [kind, place, ...path] = head.split("\n").filter((line) => !line.startsWith("extra "));
  if (kind !== "c2sp.org/tlog-proof@v1") throw new Error("kind");
  const index = BigInt(place.slice("index ".length));
  const [origin, sizeLine, rootLine] = note.split("\n");
  const size = BigInt(sizeLine);
  let [node, at, last] = [sha256(Buffer.from([0]), raw(entry)), index, size - 1n];
  if (index < 0n || index >= size) throw new Error("index");
  for (const line of path) {
    const sibling = Buffer.from(line, "base64");
    if (last === 0n) throw new Error("path too long");
    if (at % 2n === 1n || at === last) {
      node = sha256(Buffer.from([1]), sibling, node);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else {
      node = sha256(Buffer.from([1]), node, sibling);
    }
    [at, last] = [at / 2n, last / 2n];
  }
  if (last !== 0n || !node.equals(Buffer.from(rootLine, "base64"))) throw new Error("root");
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

// RFC 9421 with the components that Cordillera signs, and RFC 9530 content digests.
function hop({ method, authority, target, headers, body, signer }) {
  const input = headers["signature-input"];
  const label = input.slice(0, input.indexOf("="));
  const parameters = input.slice(label.length + 1);
  const covered = parameters.slice(1, parameters.indexOf(")")).split(" ").map((name) => name.slice(1, -1));
  const derived = { "@method": method, "@authority": authority, "@target-uri": target };
  const base = covered.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
  base.push(`"@signature-params": ${parameters}`);
  const value = headers.signature.slice(label.length + 1).replaceAll(":", "");
  const publicKey = createPublicKey({ key: signer, format: "jwk" });
  const signature = Buffer.from(value, "base64");
  if (!verifyRaw(null, Buffer.from(base.join("\n")), publicKey, signature)) throw new Error("signature");
  const digest = `sha-256=:${sha256(raw(body)).toString("base64")}:`;
  if (headers["content-digest"] !== digest) throw new Error("digest");
  return { covered, parameters };
}

// RFC 9180 in base mode, so that what we interoperate with is itself held to the published vectors.
async function vector({ kem, aead, key, enc, info, encryptions }) {
  const kems = { 16: DhkemP256HkdfSha256, 32: DhkemX25519HkdfSha256 };
  const aeads = { 1: Aes128Gcm, 2: Aes256Gcm };
  const suite = new CipherSuite({ kem: new kems[kem](), kdf: new HkdfSha256(), aead: new aeads[aead]() });
  const recipientKey = await suite.kem.deserializePrivateKey(raw(key));
  const recipient = await suite.createRecipientContext({ recipientKey, enc: raw(enc), info: raw(info) });
  const opened = [];
  for (const { ct, aad } of encryptions) opened.push(b64(await recipient.open(raw(ct), raw(aad))));
  return { opened };
}

const operations = { open, seal, receipt, sign, proof, hop, vector };
const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await operations[process.argv[2]](asked)));
