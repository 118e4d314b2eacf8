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
//   canonical {value}                                     -> {bytes}
// Bytes are base64url; keys are JWK (OKP, Ed25519) or, for HPKE, raw bytes. A whole node is in node.mjs.
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { readFileSync } from "node:fs";
import { verifyProof } from "./log.mjs";
import { b64, jcs, openEnvelope, raw, sealEnvelope, signCompact, split, verifyCompact, verifyRequest } from "./wire.mjs";

async function open({ envelope, seed, signer }) {
  const [found, ...more] = split(Buffer.from(envelope, "base64url"));
  if (more.length) throw new Error("length");
  const { payload, kid, typ } = await openEnvelope(found, raw(seed), signer);
  return { header: b64(found.header), payload: b64(payload), kid, typ };
}

async function seal({ header, payload, recipient, signer, typ, block }) {
  const clear = Buffer.from(header, "base64url");
  return { envelope: b64(await sealEnvelope(clear, raw(payload), signer, raw(recipient), { typ, block })) };
}

async function receipt({ receipt, signer }) {
  const { payload, typ } = await verifyCompact(receipt, signer);
  return { payload: b64(payload), typ };
}

const sign = async ({ payload, signer, typ }) => ({ jws: await signCompact(raw(payload), signer, typ) });
const proof = ({ proof, entry, vkey }) => verifyProof(Buffer.from(proof, "base64url").toString(), raw(entry), vkey);
const hop = ({ signer, body, ...request }) => verifyRequest({ ...request, body: raw(body) }, () => signer);
const canonical = ({ value }) => ({ bytes: b64(Buffer.from(jcs(value))) });

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

const operations = { open, seal, receipt, sign, proof, hop, vector, canonical };
const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await operations[process.argv[2]](asked)));
