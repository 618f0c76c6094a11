import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  bits,
  boolean,
  explicit,
  identifier,
  integer,
  octets,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from './der.ts';

/** A certificate with its private key, PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** Names and addresses of a server. */
  readonly hosts?: readonly string[];
  readonly use: 'authority' | 'server' | 'client';
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));

/**
 * Makes a key (P-256) and a certificate for it (X.509 v3, RFC 5280), signed by an authority or, for one, by itself. Written here
 * because it is two hundred lines, where the libraries for it bring twenty packages.
 */
export function issue(request: CertificateRequest, authority?: Identity): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = authority === undefined ? undefined : issuerOf(authority);
  const signing = issuer?.key ?? privateKey;
  const subject = nameOf(request);
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial()),
    ecdsaWithSha256,
    issuer?.subject ?? subject,
    sequence(time(request.from), time(request.until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensionsOf(request, publicKey, createPublicKey(signing)))),
  );
  const signature = sign('sha256', body, signing);
  const der = sequence(body, ecdsaWithSha256, bits(signature));
  return {
    certificate: pem('CERTIFICATE', der),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Sixteen random bytes of a positive number. */
function serial(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function nameOf({ commonName, organizations = [] }: CertificateRequest): Buffer {
  const attribute = (type: string, text: string): Buffer => set(sequence(identifier(type), utf8(text)));
  return sequence(...organizations.map(one => attribute('2.5.4.10', one)), attribute('2.5.4.3', commonName));
}

/** The key of an authority, and its name as its certificate has it. */
function issuerOf({ certificate, key }: Identity): { key: KeyObject; subject: Buffer } {
  const base64 = certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return { key: createPrivateKey(key), subject: subjectOf(Buffer.from(base64, 'base64')) };
}

/** The subject inside a certificate: the fifth part after the version of what is signed. */
function subjectOf(der: Buffer): Buffer {
  let at = contentsAt(der, contentsAt(der, 0));
  for (let part = 0; part < 5; part++) at = endOf(der, at);
  return der.subarray(at, endOf(der, at));
}

function header(der: Buffer, at: number): { contents: number; length: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { contents: at + 2, length: first };
  const digits = first & 0x7f;
  return { contents: at + 2 + digits, length: der.readUIntBE(at + 2, digits) };
}

function contentsAt(der: Buffer, at: number): number {
  return header(der, at).contents;
}

function endOf(der: Buffer, at: number): number {
  const { contents, length } = header(der, at);
  return contents + length;
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
  return sequence(identifier(type), ...(critical ? [boolean(true)] : []), octets(value));
}

function keyIdentifier(key: KeyObject): Buffer {
  const der = key.export({ type: 'spki', format: 'der' });
  return createHash('sha1').update(der.subarray(-65)).digest();
}

function extensionsOf(request: CertificateRequest, key: KeyObject, issuer: KeyObject): Buffer[] {
  const { use, hosts = [] } = request;
  const authority = use === 'authority';
  // digitalSignature alone, or keyCertSign and cRLSign beside it.
  const usage = authority ? bits(Buffer.from([0x86]), 1) : bits(Buffer.from([0x80]), 7);
  const list = [
    extension('2.5.29.19', true, authority ? sequence(boolean(true)) : sequence()),
    extension('2.5.29.15', true, usage),
    extension('2.5.29.14', false, octets(keyIdentifier(key))),
    extension('2.5.29.35', false, sequence(tagged(0x80, keyIdentifier(issuer)))),
  ];
  if (!authority) {
    const purpose = use === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2';
    list.push(extension('2.5.29.37', false, sequence(identifier(purpose))));
  }
  if (hosts.length > 0) list.push(extension('2.5.29.17', false, sequence(...hosts.map(hostName))));
  return list;
}

function hostName(host: string): Buffer {
  if (isIPv4(host)) return tagged(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIPv6(host)) return tagged(0x87, ipv6Bytes(host));
  return tagged(0x82, Buffer.from(host));
}

function ipv6Bytes(host: string): Buffer {
  const [left = '', right] = host.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const head = groups(left);
  const tail = groups(right ?? '');
  const middle = right === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return Buffer.from(
    [...head, ...middle, ...tail].flatMap(group => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}
