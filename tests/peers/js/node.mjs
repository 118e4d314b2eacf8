// A whole node after docs/protocol.md, for tests: keys, bundle, port, channels, log; it shares no code with Cordillera.
//
// Commands come as JSON lines on standard input, one answer as a JSON line for each:
//   start  {id, country, port, now, agreement}  -> {bundle}         keys are made, the port is open
//   trust  {bundle}                             -> {id}             a partner's bundle is taken in
//   bundle {}                                   -> {status, id, seq} bring the next bundle, take in the answer
//   send   {type, data, ...changes}             -> {status, results, msg_id, hash, envelope}
//   post   {path, body, nonce?, tampered?}      -> {status, body}   a signed request with any body
//   inbox  {}                                   -> {messages}       opened since the last time
//   done   {message}                            -> as `send`        carry an order out, and prove it
//   check  {message}                            -> {effect, signer} verify a `record.done`, or an order
//   order  {order}                              -> {order}          sign a change of a record
//   conditions {message}                        -> {digest}
//   proofs {receipts}                           -> {sizes}          of what US has logged, verified
//   witness {vkey}                              -> {status, size}   our log cosigned by the partner, verified
//   reconcile {since, until, entries}           -> the partner's answer
//   thaw   {last_seq, last_hash}                -> {thawed, seq, hash}
//   attachment {reference}                      -> {name, media_type, content}
//   lookup {keys}, looked {message}             -> as `send`, {found}
//   file   {envelopes}, receipts {file}         -> {file}, {results}
import { randomBytes } from "node:crypto";
import { Agent, createServer, request as call } from "node:https";
import { createInterface } from "node:readline";
import { selfSigned } from "./certificate.mjs";
import { attachment, blind, conditions, digests, epochOf, finish, idsIn, readFile, token, writeFile } from "./files.mjs";
import { jwk, readBundle, signingKey, writeBundle } from "./identity.mjs";
import { checkpointOf, leafHash, proofOf, verifyCosignature, verifyProof } from "./log.mjs";
import {
  b64, GENESIS, hmac, jcs, jwkOf, moment, openEnvelope, raw, sealEnvelope, sha256, signCompact, signRequest, split, suite,
  SUITE, uuid7, verifyCompact, verifyRequest,
} from "./wire.mjs";

const MESSAGES = "/exchange/v1/messages";
const BUNDLE = "/exchange/v1/bundle";
const own = {
  seq: 0, leaves: [], received: [], taken: new Map(), nonces: new Set(), channels: new Map(), waiting: new Map(),
};
let partner;

const days = (count) => moment(new Date(own.now.getTime() + count * 86_400_000));

async function bundle() {
  own.seq += 1;
  const { payload, text } = await writeBundle(own, days);
  own.prev = sha256(payload).toString("hex");
  own.bundle = text;
  return text;
}

const signerOf = (kid) => {
  const found = partner.told.signing_keys.find((key) => key.kid === kid);
  const revoked = partner.told.revoked.some((one) => one.kid === kid);
  return found && !revoked ? jwkOf(found.public) : null;
};

async function start({ id, country, port, now, agreement }) {
  const kem = suite().kem;
  const pair = await kem.generateKeyPair();
  Object.assign(own, {
    id, country, port, now: new Date(now), agreement, url: `https://127.0.0.1:${port}`, tls: selfSigned(id),
    origin: `cordillera/${id}`, signing: signingKey(), bundleKey: signingKey(), ledger: signingKey(),
    sealingPublic: new Uint8Array(await kem.serializePublicKey(pair.publicKey)),
    seed: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)),
  });
  own.sealingKid = b64(sha256(own.sealingPublic));
  const asked = { ...own.tls, minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false };
  own.server = createServer(asked, (incoming, answer) => serve(incoming, answer));
  await new Promise((resolve) => own.server.listen(port, "127.0.0.1", resolve));
  return { bundle: await bundle() };
}

async function trust({ bundle: text }) {
  partner = await readBundle(text, partner?.told.seq);
  const { cert, key } = own.tls;
  const ca = partner.told.certificates;
  own.agent = new Agent({ cert, key, ca, minVersion: "TLSv1.3", allowPartialTrustChain: true, keepAlive: false });
  return { id: partner.told.id };
}

// The port.
async function serve(incoming, answer) {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  const body = Buffer.concat(parts);
  try {
    const shown = incoming.socket.getPeerCertificate();
    const caller = shown.fingerprint256?.replaceAll(":", "").toLowerCase();
    if (!partner?.fingerprints.includes(caller)) return refuse(answer, 403, "exchange.unknown_partner");
    if (incoming.method !== "POST") return refuse(answer, 405, "exchange.wrong_request");
    if (incoming.url === BUNDLE) {
      partner = await readBundle(body.toString(), partner?.told.seq);
      return reply(answer, 200, own.bundle);
    }
    const request = { method: "POST", authority: own.url.slice(8), target: own.url + incoming.url, body };
    const { kid, nonce } = verifyRequest({ ...request, headers: incoming.headers }, signerOf);
    if (own.nonces.has(`${kid} ${nonce}`)) return refuse(answer, 401, "exchange.hop_replayed");
    own.nonces.add(`${kid} ${nonce}`);
    if (incoming.url !== MESSAGES) return refuse(answer, 404, "error.not_found");
    const results = [];
    for (const envelope of split(body)) results.push(await take(envelope));
    return reply(answer, 200, jcs({ results }));
  } catch (error) {
    own.received.push({ refused: String(error) });
    return refuse(answer, 401, "exchange.hop_refused");
  }
}

function reply(answer, status, text, type = "application/json") {
  answer.writeHead(status, { "content-type": type });
  answer.end(text);
}

const refuse = (answer, status, code) =>
  reply(answer, status, jcs({ type: `urn:cordillera:problem:${code}`, status, code }), "application/problem+json");

const nack = (code, more = {}) => ({ nack: { code, transient: code === "exchange.out_of_order", ...more } });

async function take(envelope) {
  const header = JSON.parse(envelope.header.toString());
  const hash = sha256(envelope.raw).toString("hex");
  const known = own.taken.get(header.msg_id);
  if (known) return known.hash === hash ? { receipt: known.receipt } : nack("exchange.replayed");
  if (header.recipient !== own.id) return nack("exchange.misdirected");
  if (header.sender !== partner.told.id) return nack("exchange.wrong_sender");
  const { payload, typ } = await openEnvelope(envelope, own.seed, signerOf);
  const said = JSON.parse(payload.toString());
  if (typ !== "cordillera-payload+jws") return nack("exchange.malformed");
  for (const name of ["v", "msg_id", "sender", "recipient", "agreement_id", "agr_hash", "type"]) {
    if (said[name] !== header[name]) return nack("exchange.header_mismatch");
  }
  const channel = own.channels.get(`in ${header.agreement_id}`) ?? { seq: 0, hash: GENESIS };
  if (header.channel_seq > channel.seq + 1) {
    return nack("exchange.out_of_order", { have: channel.seq, want: channel.seq + 1 });
  }
  if (header.channel_seq <= channel.seq || header.prev_msg_hash !== channel.hash) return nack("exchange.equivocation");
  own.channels.set(`in ${header.agreement_id}`, { seq: header.channel_seq, hash });
  const leaf = log({
    kind: "message.received", msg_id: header.msg_id, agr: header.agreement_id, agr_hash: header.agr_hash,
    dir: "in", seq: header.channel_seq, purpose: said.legal.purpose, payload,
  });
  const receipt = await signCompact(Buffer.from(jcs({
    v: 1, msg_id: header.msg_id, msg_hash: hash, sender: header.sender, recipient: own.id,
    agreement_id: header.agreement_id, channel_seq: header.channel_seq, outcome: "accepted", code: "",
    created: header.created, received_at: days(0), leaf: leafHash(leaf).toString("hex"),
  })), jwk(own.signing), "cordillera-receipt+jws");
  own.taken.set(header.msg_id, { hash, receipt });
  own.received.push({ header, payload: said });
  return { receipt };
}

function log({ payload = Buffer.alloc(0), ...said }) {
  const salt = randomBytes(32);
  const leaf = Buffer.from(jcs({
    v: 1, t: own.now.toISOString(), agr: "", agr_hash: "", dir: "", seq: null, decision: null, parent: [],
    peer: partner.told.id, actor_pseud: hmac("audit key", "node").toString("hex"),
    commit: sha256(salt, payload).toString("hex"), open: sha256("cordillera/detail/1\n", salt, "{}").toString("hex"),
    ...said,
  }));
  own.leaves.push(leaf);
  return leaf;
}

// Calling the partner.
function post(path, body, headers) {
  return new Promise((resolve, reject) => {
    const sent = call(partner.told.url + path, { method: "POST", agent: own.agent, headers }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      resolve({ status: answer.statusCode, body: Buffer.concat(parts) });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function signed(path, body, nonce = b64(randomBytes(18))) {
  const url = partner.told.url.replace(/\/$/, "");
  const authority = url.slice(8).split("/")[0].toLowerCase();
  const request = { method: "POST", authority, target: url + path, body };
  return signRequest(request, own.signing, Math.floor(own.now.getTime() / 1000), nonce);
}

async function postAny({ path, body, nonce, tampered }) {
  const content = Buffer.from(body, "base64url");
  const headers = signed(path, content, nonce);
  const sent = tampered ? Buffer.concat([content, Buffer.from("!")]) : content;
  const { status, body: given } = await post(path, sent, headers);
  return { status, body: b64(given) };
}

async function bring() {
  const { status, body } = await post(BUNDLE, Buffer.from(await bundle()), { "content-type": "application/json" });
  if (status === 200) await trust({ bundle: body.toString() });
  return { status, id: partner.told.id, seq: partner.told.seq, code: status === 200 ? "" : JSON.parse(body).code };
}

const agreementHash = (name) => (name === "standing" ? GENESIS : sha256(jcs(own.agreement)).toString("hex"));
const LEGAL = {
  purpose: "drug_trafficking", offence: "drug_trafficking", max_penalty_months: 120, case_ref: "CASE-JS-1",
  officer_id: "3f1c9a77", officer_roles: ["analyst"], ordered_by: "77aa0012", article: "", urgency: "routine",
  individual_case: true, environment: "exercise", service: "", judicial_ref: "", onward_to: "", consent_ref: "",
  grounds: ["case"],
};

// `kept`: for a file, not for the line; `own_id`: the member of the data that is the message's own id.
async function send({ type, data, legal = {}, header = {}, own_id = "", kept = false, ...changes }) {
  const agreementId = changes.agreement_id ?? own.agreement.id;
  const out = own.channels.get(`out ${agreementId}`) ?? { seq: 0, hash: GENESIS };
  const msgId = changes.msg_id ?? uuid7(own.now.getTime());
  const common = {
    v: 1, msg_id: msgId, sender: own.id, recipient: partner.told.id, agreement_id: agreementId,
    agr_hash: agreementHash(agreementId), type,
  };
  const sealing = partner.told.sealing_keys.filter((key) => key.not_before <= days(0)).at(-1);
  const clear = Buffer.from(jcs({
    ...common, channel_seq: out.seq + 1, prev_msg_hash: out.hash, created: days(0), expires: days(1),
    enc_kid: sealing.kid, suite: SUITE, ...header,
  }));
  const given = own_id ? { ...data, [own_id]: msgId } : data;
  const payload = Buffer.from(jcs({
    ...common, legal: { ...LEGAL, ...legal }, subject_category: changes.subject_category ?? "suspect",
    handling: changes.handling ?? {}, data: given,
    retention: { erase_after: days(30), review_at: days(10), notes: "" },
  }));
  const block = type === "answer.person" ? 8192 : 2048;
  const form = { typ: "cordillera-payload+jws", block };
  const envelope = await sealEnvelope(clear, payload, jwk(own.signing), raw(sealing.public), form);
  const hash = sha256(envelope).toString("hex");
  const place = { msgId, hash, agreementId, seq: out.seq + 1 };
  if (kept) return own.waiting.set(msgId, place), { msg_id: msgId, envelope: b64(envelope) };
  const answer = await post(MESSAGES, envelope, signed(MESSAGES, envelope));
  const results = answer.status === 200 ? JSON.parse(answer.body).results : [];
  const read = [];
  for (const result of results) read.push(await settle(result, place));
  return { status: answer.status, results: read, msg_id: msgId, hash, envelope: b64(envelope) };
}

async function settle(result, { msgId, hash, agreementId, seq }) {
  if (result.nack) return result;
  const { payload, typ } = await verifyCompact(result.receipt, signerOf);
  const receipt = JSON.parse(payload.toString());
  const right = typ === "cordillera-receipt+jws" && receipt.msg_id === msgId && receipt.msg_hash === hash
    && receipt.agreement_id === agreementId && receipt.channel_seq === seq && receipt.recipient === partner.told.id;
  if (!right) throw new Error("receipt");
  own.channels.set(`out ${agreementId}`, { seq, hash });
  return { receipt };
}

function inbox() {
  const messages = own.received;
  own.received = [];
  return { messages };
}

// Records.
async function readOrder(text, kind) {
  const { payload, typ, kid } = await verifyCompact(text, signerOf);
  const order = JSON.parse(payload.toString());
  if (typ !== "cordillera-order+jws" || `record.${order.kind}` !== kind) throw new Error("order");
  return { order, kid };
}

async function done({ message }) {
  const { order } = await readOrder(message.data.order, message.type);
  const leaf = log({ kind: "holder.done", msg_id: order.change_id, purpose: message.type, agr: message.agreement_id });
  const index = own.leaves.length - 1;
  const what = {
    holder: own.id, effect: order.kind === "erase" ? "erased" : "recalled", applied_at: days(0), derived: 0,
    leaf: leaf.toString(), proof: proofOf(index, own.leaves, own.origin, own.ledger),
  };
  const data = { change_id: order.change_id, record_id: order.record_id, done: what, onward: [], waiting_for: [] };
  return send({ type: "record.done", data, subject_category: "other" });
}

async function check({ message }) {
  if (message.type !== "record.done") {
    const { order, kid } = await readOrder(message.data.order, message.type);
    return { kind: order.kind, record_id: order.record_id, signer: kid };
  }
  const { done: what, change_id: change } = message.data;
  verifyProof(what.proof, Buffer.from(what.leaf), partner.told.ledger_vkey);
  const leaf = JSON.parse(what.leaf);
  if (leaf.kind !== "holder.done" || leaf.msg_id !== change) throw new Error("leaf");
  return { effect: what.effect, purpose: leaf.purpose };
}

const order = async ({ order: said }) => ({
  order: await signCompact(Buffer.from(jcs({
    issuer: own.id, at: days(0), due_at: days(3), version: 1, digest: "", court_ref: "", consent_id: null,
    until: null, seconded: false, ...said,
  })), jwk(own.signing), "cordillera-order+jws"),
});

// The routes beside the messages.
async function asked(path, body) {
  const content = typeof body === "string" ? Buffer.from(body) : Buffer.from(jcs(body));
  const answer = await post(path, content, signed(path, content));
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
  return answer.body;
}

async function proofs({ receipts }) {
  const messages = receipts.map((one) => one.msg_id);
  const told = JSON.parse(await asked("/exchange/v1/proofs", { messages }));
  return {
    sizes: told.proofs.map(({ leaf, proof }, at) => {
      const entry = Buffer.from(leaf, "base64");
      const { size } = verifyProof(Buffer.from(proof, "base64").toString(), entry, partner.told.ledger_vkey);
      if (leafHash(entry).toString("hex") !== receipts[at].leaf) throw new Error("another leaf");
      return size;
    }),
  };
}

async function witness({ vkey }) {
  const note = checkpointOf(own.leaves, own.origin, own.ledger);
  const line = await asked("/exchange/v1/witness/add-checkpoint", `old 0\n\n${note}`);
  return { seconds: verifyCosignature(note, line.toString(), vkey), size: own.leaves.length };
}

const reconcile = async ({ since, until, entries }) =>
  JSON.parse(await asked("/exchange/v1/reconcile", { since, until, digests: digests(entries) }));

async function thaw({ last_seq, last_hash }) {
  const mine = {
    v: 1, by: own.id, sender: own.id, recipient: partner.told.id, agreement_id: own.agreement.id, last_seq, last_hash,
  };
  const stand = await signCompact(Buffer.from(jcs(mine)), jwk(own.signing), "cordillera-thaw+jws");
  const told = JSON.parse(await asked("/exchange/v1/thaw", { stand, waiting: [] }));
  if (!told.thawed) return { thawed: false };
  const theirs = JSON.parse((await verifyCompact(told.stand, signerOf)).payload.toString());
  const place = { seq: Math.max(last_seq, theirs.last_seq), hash: sha256(jcs([mine, theirs])).toString("hex") };
  own.channels.set(`out ${own.agreement.id}`, place);
  return { thawed: true, ...place };
}

async function fetchAttachment({ reference }) {
  const part = (id, number) => asked("/exchange/v1/attachments", { attachment: id, number });
  const found = await attachment(reference, part);
  return { ...found, content: b64(found.content) };
}

async function lookup({ keys }) {
  const parts = [];
  let told;
  for (let size = 0; size < (told?.size ?? 1); size += parts.at(-1).length) {
    const at = { agreement_id: own.agreement.id, offset: size };
    told = JSON.parse(await asked("/exchange/v1/lookup/table", at));
    parts.push(Buffer.from(told.part, "base64url"));
  }
  own.table = { key: raw(told.public_key), entries: Buffer.concat(parts) };
  if (sha256(own.table.entries).toString("hex") !== told.sha256) throw new Error("table");
  if (told.epoch !== epochOf(own.now)) throw new Error("epoch");
  own.blinds = blind(keys.map(token));
  const data = { epoch: told.epoch, blinded: own.blinds.map(({ blinded }) => b64(blinded)) };
  return send({ type: "lookup.blinded", data, own_id: "lookup_id", legal: { service: "lookup.exact" } });
}

const looked = ({ message }) => ({
  found: finish(own.blinds, raw(message.data.evaluated), own.table.key, own.table.entries),
});

async function file({ envelopes }) {
  const content = Buffer.concat(envelopes.map((one) => Buffer.from(one, "base64url")));
  const manifest = {
    kind: "messages", file_id: uuid7(own.now.getTime()), sender: own.id, recipient: partner.told.id,
    created: days(0), expires: days(30), count: envelopes.length,
  };
  if (!idsIn(content).every((id) => own.waiting.has(id))) throw new Error("not ours");
  return { file: b64(await writeFile(manifest, content, jwk(own.signing))) };
}

async function receipts({ file: written }) {
  const { manifest, content } = await readFile(Buffer.from(written, "base64url"), signerOf);
  if (manifest.kind !== "receipts" || manifest.recipient !== own.id) throw new Error("file");
  const told = JSON.parse(content.toString());
  const results = [];
  for (const [at, id] of told.messages.entries()) {
    results.push(await settle(told.results[at], own.waiting.get(id)));
  }
  return { results };
}

const commands = {
  proofs, witness, reconcile, thaw, lookup, looked, file, receipts, attachment: fetchAttachment,
  start, trust, bundle: bring, send, post: postAny, inbox, done, check, order, conditions,
  later: ({ now }) => ((own.now = new Date(now)), {}),
};
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...asked } = JSON.parse(line);
  try {
    process.stdout.write(`${JSON.stringify(await commands[command](asked))}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error?.stack ?? error) })}\n`);
  }
}
process.exit(0);
