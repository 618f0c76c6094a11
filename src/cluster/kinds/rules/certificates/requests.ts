import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { bits, bmpString, identifier, sequence, type Value, valuesIn } from './der.ts';
import { blocksIn } from './pem.ts';

/** A request for a certificate (PKCS #10, RFC 2986), as far as it is looked at. */
export interface CertificateRequest {
  readonly key: KeyObject;
  /** Whether the key that it names has signed it. */
  readonly signed: boolean;
  /** The organizations of its subject, which are the groups of a user. */
  readonly organizations: readonly string[];
}

/** The attribute of a name for an organization (2.5.4.10). */
const organization = '55040a';

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
  const [, subject, named] = valuesIn(about.contents) ?? [];
  const key = named && keyOf(named);
  if (subject === undefined || key === undefined) return undefined;
  return {
    key,
    signed: isSigned(key, about, algorithm, signature),
    organizations: organizationsOf(subject),
  };
}

/** The organizations of the subject of a request, as PEM in base64; none where it is no request. */
export function organizationsIn(request: string): readonly string[] {
  const [block] = blocksIn(Buffer.from(request, 'base64').toString());
  return (block && readRequest(block.bytes))?.organizations ?? [];
}

/** A name is a sequence of sets of attributes, each of which is a sequence of what it is and a text. */
function organizationsOf(name: Value): string[] {
  const sets = valuesIn(name.contents) ?? [];
  const attributes = sets.flatMap(({ contents }) => valuesIn(contents) ?? []);
  return attributes.flatMap(({ contents }) => {
    const [type, text] = valuesIn(contents) ?? [];
    return type?.contents.toString('hex') === organization && text !== undefined ? [textOf(text)] : [];
  });
}

/** A BMPString has two bytes for a character, the greater first; others are read as UTF-8. */
function textOf({ tag, contents }: Value): string {
  if (tag !== bmpString || contents.length % 2 !== 0) return contents.toString();
  return Buffer.from(contents).swap16().toString('utf16le');
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
