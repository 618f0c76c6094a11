import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { bits, identifier, sequence, type Value, valuesIn } from './der.ts';

/** A request for a certificate (PKCS #10, RFC 2986), as far as it is looked at. */
export interface CertificateRequest {
  readonly key: KeyObject;
  /** Whether the key that it names has signed it. */
  readonly signed: boolean;
}

/** Digests of the algorithms that requests are signed with, by the hexadecimal digits of their identifiers; null: its own. */
const digests: Readonly<Record<string, string | null>> = {
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  '2b6570': null,
};

/** Reads a request from its DER; undefined when it is none. */
export function readRequest(der: Buffer): CertificateRequest | undefined {
  const [whole, ...rest] = valuesIn(der) ?? [];
  if (whole?.tag !== sequence || rest.length > 0) return undefined;
  const [about, algorithm, signature] = valuesIn(whole.contents) ?? [];
  if (about?.tag !== sequence || algorithm?.tag !== sequence || signature?.tag !== bits) return undefined;
  const [, , named] = valuesIn(about.contents) ?? [];
  const key = named && keyOf(named);
  return key && { key, signed: isSigned(key, about, algorithm, signature) };
}

function keyOf({ whole }: Value): KeyObject | undefined {
  try {
    return createPublicKey({ key: whole, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function isSigned(key: KeyObject, about: Value, algorithm: Value, signature: Value): boolean {
  const [name] = valuesIn(algorithm.contents) ?? [];
  const digest = name?.tag === identifier ? digests[name.contents.toString('hex')] : undefined;
  if (digest === undefined) return false;
  try {
    // The first byte says how many bits of the last do not count: none, in a signature.
    return verify(digest, about.whole, key, signature.contents.subarray(1));
  } catch {
    return false;
  }
}
