// docs/protocol/bundles.md: keys, and the trust bundle that tells them.
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { vkeyOf } from "./log.mjs";
import { b64, jcs, jwkOf, kidOf, raw, sha256, signFlattened, SUITE, verifyFlattened } from "./wire.mjs";

const TYP = "cordillera-bundle+jws";
export const jwk = (key) => ({ kty: key.kty, crv: key.crv, x: key.x, d: key.d, kid: key.kid });
const fingerprint = (pem) => new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();

export function signingKey() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { x, d } = privateKey.export({ format: "jwk" });
  return { ...jwkOf(x), d, private: privateKey };
}

// `days(n)`: the moment n days from now, as text.
export async function writeBundle(own, days) {
  const term = { not_before: days(-1), not_after: days(90) };
  const told = {
    v: 2, seq: own.seq, id: own.id, country: own.country, name: "A node in JavaScript", url: own.url,
    issued: days(0), refresh_seconds: 3600, prev: own.prev ?? "", signer: own.bundleKey.x,
    signing_keys: [{ kid: own.signing.kid, public: own.signing.x, suite: "Ed25519", ...term }],
    sealing_keys: [{ kid: own.sealingKid, public: b64(own.sealingPublic), suite: SUITE, ...term }],
    certificates: [own.tls.cert], ledger_vkey: vkeyOf(own.origin, Buffer.from(own.ledger.x, "base64url")),
    witness_vkeys: [], published: [], revoked: [], excluded: [], delegation: null,
  };
  const payload = Buffer.from(jcs(told));
  return { payload, text: JSON.stringify(await signFlattened(payload, jwk(own.bundleKey), TYP)) };
}

// `held`: the seq of the bundle held; a lower one is refused.
export async function readBundle(text, held = 1) {
  const jws = JSON.parse(text);
  const signer = JSON.parse(Buffer.from(jws.payload, "base64url").toString()).signer;
  const { payload, typ } = await verifyFlattened(jws, (kid) => (kid === kidOf(signer) ? jwkOf(signer) : null));
  const told = JSON.parse(payload.toString());
  const ids = told.signing_keys.every((key) => key.kid === kidOf(key.public))
    && told.sealing_keys.every((key) => key.kid === b64(sha256(raw(key.public))));
  if (typ !== TYP || told.v !== 2 || told.seq < held || !ids) throw new Error("bundle");
  return { told, fingerprints: told.certificates.map(fingerprint) };
}
