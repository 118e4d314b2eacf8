// The formats of docs/protocol.md, written from that page alone; it shares no code with Cordillera.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { CompactSign, compactVerify, FlattenedSign, flattenedVerify, importJWK } from "jose";
import { createHash, createHmac, createPublicKey, randomBytes, sign as signRaw, verify as verifyRaw } from "node:crypto";

const ENCAPSULATION = 1120;
export const GENESIS = "0".repeat(64);
export const SUITE = "X25519MLKEM768-HKDF-SHA256-AES-256-GCM";

export const b64 = (bytes) => Buffer.from(bytes).toString("base64url");
export const raw = (text) => new Uint8Array(Buffer.from(text, "base64url"));
export const hmac = (key, data) => createHmac("sha256", key).update(data).digest();
export const suite = () => new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
export function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// RFC 8785: JavaScript writes numbers and strings that way, and sorts by UTF-16 code units.
export function jcs(value) {
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${jcs(value[name])}`).join(",")}}`;
}

export function uuid7(milliseconds) {
  const bytes = Buffer.concat([Buffer.alloc(6), randomBytes(10)]);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const moment = (date) => date.toISOString().replace(/\.000Z$/, "Z").replace(/\.(\d{3})Z$/, ".$1000Z");
export const kidOf = (x) => b64(sha256(jcs({ crv: "Ed25519", kty: "OKP", x })));
export const jwkOf = (x) => ({ kty: "OKP", crv: "Ed25519", x, kid: kidOf(x) });

export async function signFlattened(payload, signer, typ) {
  const key = await importJWK(signer, "Ed25519");
  const header = { alg: "Ed25519", kid: signer.kid, typ };
  return new FlattenedSign(payload).setProtectedHeader(header).sign(key);
}

export async function signCompact(payload, signer, typ) {
  const key = await importJWK(signer, "Ed25519");
  return new CompactSign(payload).setProtectedHeader({ alg: "Ed25519", kid: signer.kid, typ }).sign(key);
}

// `keys`: a JWK, or a function from a kid to one.
const chosen = (keys) => async (header) => {
  if (Object.keys(header).sort().join() !== "alg,kid,typ") throw new Error("header");
  const jwk = typeof keys === "function" ? keys(header.kid) : keys;
  if (!jwk) throw new Error("kid");
  return importJWK(jwk, "Ed25519");
};

export async function verifyFlattened(jws, keys) {
  const { payload, protectedHeader } = await flattenedVerify(jws, chosen(keys), { algorithms: ["Ed25519"] });
  return { payload: Buffer.from(payload), kid: protectedHeader.kid, typ: protectedHeader.typ };
}

export async function verifyCompact(jws, keys) {
  const { payload, protectedHeader } = await compactVerify(jws, chosen(keys), { algorithms: ["Ed25519"] });
  return { payload: Buffer.from(payload), kid: protectedHeader.kid, typ: protectedHeader.typ };
}

const info = (header) => Buffer.concat([Buffer.from("cordillera/1|"), sha256(header)]);
const u32 = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};

export function split(batch) {
  const found = [];
  for (let at = 0; at < batch.length; ) {
    if (batch.subarray(at, at + 4).toString() !== "CDE1") throw new Error("magic");
    const headerEnd = at + 8 + batch.readUInt32BE(at + 4);
    const end = headerEnd + 4 + batch.readUInt32BE(headerEnd);
    if (end > batch.length) throw new Error("length");
    found.push({
      raw: batch.subarray(at, end),
      header: batch.subarray(at + 8, headerEnd),
      body: batch.subarray(headerEnd + 4, end),
    });
    at = end;
  }
  return found;
}

export async function openEnvelope({ header, body }, seed, keys) {
  const kem = suite();
  const recipient = await kem.createRecipientContext({
    recipientKey: await kem.kem.importKey("raw", seed, false),
    enc: body.subarray(0, ENCAPSULATION),
    info: info(header),
  });
  const padded = Buffer.from(await recipient.open(body.subarray(ENCAPSULATION)));
  const length = padded.readUInt32BE(0);
  if (padded.subarray(4 + length).some((byte) => byte !== 0)) throw new Error("padding");
  return verifyFlattened(JSON.parse(padded.subarray(4, 4 + length).toString()), keys);
}

export async function sealEnvelope(header, payload, signer, recipient, { typ, block }) {
  const content = Buffer.from(JSON.stringify(await signFlattened(payload, signer, typ)));
  const filled = Buffer.concat([u32(content.length), content]);
  const padded = Buffer.concat([filled, Buffer.alloc((block - (filled.length % block)) % block)]);
  const kem = suite();
  const recipientPublicKey = await kem.kem.deserializePublicKey(recipient);
  const sender = await kem.createSenderContext({ recipientPublicKey, info: info(header) });
  const body = Buffer.concat([Buffer.from(sender.enc), Buffer.from(await sender.seal(padded))]);
  return Buffer.concat([Buffer.from("CDE1"), u32(header.length), header, u32(body.length), body]);
}

// RFC 9421 with the components that the protocol asks for, and RFC 9530 content digests.
export const digestOf = (body) => `sha-256=:${sha256(body).toString("base64")}:`;

function base({ method, authority, target, headers }, parameters) {
  const covered = parameters.slice(1, parameters.indexOf(")")).split(" ").map((name) => name.slice(1, -1));
  const derived = { "@method": method, "@authority": authority, "@target-uri": target };
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
  return { covered, text: Buffer.from([...lines, `"@signature-params": ${parameters}`].join("\n")) };
}

export function signRequest(request, signer, seconds, nonce) {
  const headers = { "content-digest": digestOf(request.body) };
  const covered = '("@method" "@authority" "@target-uri" "content-digest")';
  const times = `created=${seconds};expires=${seconds + 60}`;
  const parameters = `${covered};${times};nonce="${nonce}";keyid="${signer.kid}";tag="cordillera"`;
  const { text } = base({ ...request, headers }, parameters);
  const value = signRaw(null, text, signer.private).toString("base64");
  return { ...headers, "signature-input": `hop=${parameters}`, signature: `hop=:${value}:` };
}

export function verifyRequest(request, signerOf) {
  const { headers, body } = request;
  const input = headers["signature-input"];
  const label = input.slice(0, input.indexOf("="));
  const parameters = input.slice(label.length + 1);
  const { covered, text } = base(request, parameters);
  for (const name of ["@method", "@authority", "@target-uri", "content-digest"]) {
    if (!covered.includes(name)) throw new Error("coverage");
  }
  const kid = /;keyid="([^"]*)"/.exec(parameters)?.[1];
  const nonce = /;nonce="([^"]*)"/.exec(parameters)?.[1];
  const publicKey = createPublicKey({ key: signerOf(kid), format: "jwk" });
  const signature = Buffer.from(headers.signature.slice(label.length + 1).replaceAll(":", ""), "base64");
  if (!verifyRaw(null, text, publicKey, signature)) throw new Error("signature");
  if (headers["content-digest"] !== digestOf(body)) throw new Error("digest");
  return { covered, parameters, kid, nonce };
}
