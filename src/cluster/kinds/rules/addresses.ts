import { isIP as familyOf } from 'node:net';
import { type FieldError, invalidValue } from '../../meta/index.ts';

const addressFault = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const rangeFault = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** 4 or 6, or 0 when the text is no address; zeros before the numbers of an IPv4 address are allowed for older objects' sake. */
export function addressFamily(text: string): 0 | 4 | 6 {
  const plain = /^[\d.]+$/.test(text) ? text.replace(/(^|\.)0+(?=\d)/g, '$1') : text;
  if (plain.includes('%')) return 0;
  return familyOf(plain) as 0 | 4 | 6;
}

export function isIP(text: string, field: string): FieldError[] {
  return addressFamily(text) === 0 ? [invalidValue(field, text, addressFault)] : [];
}

/** Whether a text is a range like `10.0.0.0/8`. */
export function isCIDR(text: string, field: string): FieldError[] {
  return cidr(text) === undefined ? [invalidValue(field, text, rangeFault)] : [];
}

export interface Range {
  readonly family: 4 | 6;
  readonly address: bigint;
  readonly bits: number;
}

/** A range as a number and how many of its first bits count. */
export function cidr(text: string): Range | undefined {
  const match = /^(.*)\/(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const [, address = '', size = ''] = match;
  const family = addressFamily(address);
  const bits = Number(size);
  if (family === 0 || bits > (family === 4 ? 32 : 128)) return undefined;
  return { family, address: numberOf(address, family), bits };
}

function numberOf(text: string, family: 4 | 6): bigint {
  if (family === 4) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(Number(part)), 0n);
  const four = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex =
    four === null
      ? text
      : text.slice(0, four.index) +
        [0, 2].map(at => (Number(four[at + 1]) * 256 + Number(four[at + 2])).toString(16)).join(':');
  const [before = '', after] = hex.split('::');
  const head = before.split(':').filter(part => part !== '');
  const tail = (after ?? '').split(':').filter(part => part !== '');
  const parts = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return parts.reduce((sum, part) => sum * 65536n + BigInt(Number.parseInt(part, 16)), 0n);
}

/** Whether `inner` lies within `outer` and is smaller. */
export function within(inner: Range, outer: Range): boolean {
  if (inner.family !== outer.family || inner.bits <= outer.bits) return false;
  const shift = BigInt((outer.family === 4 ? 32 : 128) - outer.bits);
  return inner.address >> shift === outer.address >> shift;
}

/** Addresses that endpoints may not have; those of this machine (127.0.0.0/8) may be used here, where all pods share one network. */
export function endpointAddress(text: string, field: string): FieldError[] {
  const family = addressFamily(text);
  if (family === 0) return [invalidValue(field, text, 'must be a valid IP address')];
  const value = numberOf(text, family);
  if (value === 0n) return [invalidValue(field, text, `may not be unspecified (${text})`)];
  const top = family === 4 ? value >> 16n : value >> 118n;
  if (family === 4 ? top === 0xa9fen : top === 0x3fan) {
    return [invalidValue(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  }
  const multicast = family === 4 ? value >> 8n === 0xe00000n : value >> 112n === 0xff02n;
  if (!multicast) return [];
  return [
    invalidValue(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
  ];
}
