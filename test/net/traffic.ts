import type { Random } from '../fuzz/random.ts';

const methods = [
  'GET',
  'GET',
  'POST',
  'POST',
  'POST',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'get',
  'GETS',
  'P',
];
const targets = [
  '/',
  '/v2/models/iris/infer',
  '/v1/models/a:predict?x=1&y=%20',
  '/a[1]|b',
  '/~u;p=1',
  '*',
  '/#f',
  '/"',
  '/é',
  '',
];
const versions = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/1.1 ',
  'http/1.1',
];

/** Fields that mean nothing to a parser, and now and then a doubtful spelling of one. */
const harmless = [
  'Content-Type: application/json',
  'content-type: text/plain',
  'Accept: */*',
  'Accept-Encoding: gzip, deflate',
  'User-Agent: a b c',
  'Cookie: a=1',
  'Cookie: b=2',
  'X-Empty:',
  'X-Many: 1',
  'x-many:   2',
  'Authorization: Bearer x',
  'Keep-Alive: timeout=5',
  'Connection: keep-alive',
  'connection: Keep-Alive',
];
const telling = [
  'Connection: close',
  'Connection: keep-alive, x',
  'Connection:',
  'Proxy-Connection: close',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Content-Length: 3',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length: 0x3',
  'Content-Length: 99999999999999999999',
  'Expect: 100-continue',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQ',
  'Trailer: x',
  'TE: trailers',
  'Host: other',
  'X-Tab:\tx\ty',
  'X-Trail: x ',
  'X-Bytes: \u00e9\u00ff',
  'X-Nul: \u0000',
  'X-Fold: a\r\n b',
  'X-Bare: a\nX-B: b',
  'X-Cr: a\rb',
  'X Space: a',
  'X-Space : a',
  ': nameless',
  'no colon',
  'X\u00e9: a',
];

function body(random: Random): string {
  // Now and then more than one read of the socket brings.
  const length = random.chance(0.01) ? 70_000 : random.pick([0, 1, 3, 20, 20, 200]);
  return random
    .pick(['x', '{"a":[1,2]}', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'])
    .repeat(length)
    .slice(0, length);
}

function chunked(random: Random, text: string): string {
  let left = text;
  let out = '';
  while (left.length > 0) {
    const size = 1 + random.below(left.length);
    out += `${size.toString(16)}\r\n${left.slice(0, size)}\r\n`;
    left = left.slice(size);
  }
  return `${out}0\r\n\r\n`;
}

function oneRequest(random: Random): string {
  const odd = random.chance(0.15);
  const lines = [
    odd
      ? `${random.pick(methods)} ${random.pick(targets)} ${random.pick(versions)}`
      : `${random.pick(['GET', 'POST', 'POST'])} ${random.pick(targets.slice(0, 4))} HTTP/1.1`,
  ];
  const fields: string[] = [];
  if (!random.chance(0.03)) fields.push('Host: here:80');
  for (let count = random.below(5); count > 0; count--) fields.push(random.pick(harmless));
  if (random.chance(0.15)) fields.push(random.pick(telling));
  let content = random.chance(0.7) ? body(random) : '';
  if (content !== '' || random.chance(0.5)) {
    if (random.chance(0.1)) {
      fields.push('Transfer-Encoding: chunked');
      content = chunked(random, content);
    } else fields.push(`Content-Length: ${random.chance(0.05) ? random.below(300) : content.length}`);
  }
  for (let i = fields.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [fields[i], fields[other]] = [fields[other] as string, fields[i] as string];
  }
  lines.push(...fields.map(field => (random.chance(0.1) ? recased(random, field) : field)));
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}

function recased(random: Random, field: string): string {
  const colon = Math.max(0, field.indexOf(':'));
  const name = field.slice(0, colon).split('');
  return (
    name.map(letter => (random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase())).join('') +
    field.slice(colon)
  );
}

const telltale = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  '\u0000',
  '\u007f',
  '\u00ff',
  '\r\n\r\n',
  ',',
  '0',
  'Host: b\r\n',
];

function mutated(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + random.pick(telltale) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random.below(4));
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 3: {
      const end = at + random.below(40);
      return text.slice(0, end) + text.slice(at);
    }
    case 4:
      return text.slice(0, at) + text.slice(at).replace('\r\n', random.pick(['\n', '\r', '\r\r\n', ' \r\n']));
    default:
      return text.slice(0, at);
  }
}

/** The bytes of one connection, as latin1 text: some requests, mostly right, mostly usual. */
export function connectionText(random: Random): string {
  let text = '';
  for (let count = 1 + random.below(4); count > 0; count--) text += oneRequest(random);
  if (random.chance(0.4)) {
    for (let count = 1 + random.below(3); count > 0; count--) text = mutated(random, text);
  }
  return text;
}

/** Cuts the bytes into what single writes carry. */
export function cut(random: Random, text: string): string[] {
  const places = new Set<number>();
  const near = random.chance(0.1) ? 200 : text.length;
  const count = random.chance(0.05) ? 60 : random.below(5);
  for (let i = 0; i < count; i++) places.add(random.below(near));
  const sorted = [
    0,
    ...[...places].filter(at => at > 0 && at < text.length).toSorted((a, b) => a - b),
    text.length,
  ];
  return sorted.slice(1).map((end, i) => text.slice(sorted[i], end));
}
