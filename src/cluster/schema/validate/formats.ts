import { isCidr, isIpv4, isIpv6 } from './addresses.ts';
import { parseGoTime } from '../typed/time.ts';

type Check = (text: string) => boolean;

const uuid = (version: string, variant: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');

/** Formats of strings that are checked; names with their dashes left out. Others are ignored, as apiextensions does. */
const checks: Readonly<Record<string, Check>> = {
  bsonobjectid: matching(/^[0-9a-fA-F]{24}$/),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  cidr: isCidr,
  creditcard: isCreditCard,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: matching(/^(?:[^<>@]*<)?[^\s<>@,()[\]\\;:"]+@[^\s<>@,()\\;:"]+>?$/),
  hexcolor: matching(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  hostname: isHostname,
  ipv4: text => isIpv4(text) || (text.includes('.') && isIpv6(text)),
  ipv6: isIpv6,
  isbn: text => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  k8slongname: text => text.length <= 253 && longName.test(text),
  k8sshortname: text => text.length <= 63 && shortName.test(text),
  mac: isMac,
  password: () => true,
  rgbcolor: isRgb,
  ssn: matching(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  uri: isRequestUri,
  uuid: matching(uuid('[0-9a-f]', '[0-9a-f]')),
  uuid3: matching(uuid('3', '[0-9a-f]')),
  uuid4: matching(uuid('4', '[89ab]')),
  uuid5: matching(uuid('5', '[89ab]')),
};

const shortName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const longName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** No text of these formats is longer; some of their expressions would take quadratic time. */
const longest = 1024;
const boundless: ReadonlySet<string> = new Set(['byte', 'password', 'uri']);

/** The format that a schema's strings are held to, undefined when it is none that is checked. */
export function stringFormat(format: string | undefined): Check | undefined {
  if (format === undefined || format === '') return undefined;
  const name = format.replaceAll('-', '');
  if (!Object.hasOwn(checks, name)) return undefined;
  const check = checks[name] as Check;
  return boundless.has(name) ? check : text => text.length <= longest && check(text);
}

/** Whether the format says something about values of a type. */
export function isKnownFormat(format: string, type: string | undefined): boolean {
  if (type === undefined || type === 'string') return stringFormat(format) !== undefined;
  if (type === 'integer') return format === 'int32' || format === 'int64';
  return type === 'number' && (format === 'float' || format === 'double');
}

function matching(shape: RegExp): Check {
  return text => shape.test(text);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && typeof parseGoTime(`${text}T00:00:00Z`, '') !== 'string';
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date)) return false;
  const match = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/.exec(time);
  return (
    match !== null && match.slice(1, 4).every((part, index) => part <= (['23', '59', '59'][index] as string))
  );
}

const goDuration = /^[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$/;
const unit = /^(ns|us|µs|ms|s|m|h|d|w|nano|micro|milli|second|sec|minute|min|hour|hr|day|week|wk)/i;

function isDuration(text: string): boolean {
  if (goDuration.test(text) && (text.match(/\d+/g) ?? []).every(digits => digits.length < 19)) return true;
  for (const [, , name = ''] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) if (unit.test(name)) return true;
  return false;
}

/** Ten or thirteen digits whose weighted sum comes out even. */
function isIsbn10(text: string): boolean {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + (index + 1) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + (index % 2 === 0 ? 1 : 3) * Number(digit),
    0,
  );
  return sum % 10 === 0;
}

const card =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/[^0-9]+/g, '');
  if (!card.test(digits)) return false;
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10 === 0;
}

function isRgb(text: string): boolean {
  const match = /^rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text);
  return match !== null && match.slice(1).every(part => /^(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/.test(part));
}

/** As Go's `net.ParseMAC`: 6, 8 or 20 bytes with one kind of separator. */
function isMac(text: string): boolean {
  const separator = /[:-]/.exec(text)?.[0];
  if (separator !== undefined) {
    const parts = text.split(separator);
    return [6, 8, 20].includes(parts.length) && parts.every(part => /^[0-9a-fA-F]{2}$/.test(part));
  }
  const parts = text.split('.');
  return [3, 4, 10].includes(parts.length) && parts.every(part => /^[0-9a-fA-F]{4}$/.test(part));
}

function isHostname(text: string): boolean {
  if (Buffer.byteLength(text) > 255 || text.split('.').some(part => Buffer.byteLength(part) > 63))
    return false;
  return hostWord.test(text) || hostDomain.test(text);
}

const hostWord = /^[a-zA-Z0-9\p{S}\p{L}](-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?$/u;
const hostDomain =
  /^([a-zA-Z0-9\p{S}\p{L}]([-a-zA-Z0-9\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63}$/u;

/** As Go's `url.ParseRequestURI`: an absolute path or an absolute URI. */
function isRequestUri(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  if (text.startsWith('/')) return true;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text);
  if (scheme === null) return false;
  const rest = text.slice(scheme[0].length);
  return (
    !rest.startsWith('//') || /^\/\/([^/?#@]*@)?(\[[0-9a-fA-F:.%]+\]|[^/?#:[\]]*)(:\d*)?([/?#]|$)/.test(rest)
  );
}
