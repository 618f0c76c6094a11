import type { Random } from './random.ts';

/** Texts are latin1: a character is a byte. */
const methods = ['GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'DELETE', 'PATCH', 'get', 'POSTS', 'G', '', 'PRI'];
const targets = [
  '/',
  '/v2/models/iris/infer',
  '/v1/models/iris:predict',
  '/a?b=c&d=%20',
  "/-._~!$&'()*+,;=:@/?[]",
  '//double',
  '/a#fragment',
  '/ü',
  '/a b',
  '/a\tb',
  '/"<>\\^`{|}',
  '/\x00',
  '/\x7f',
  '*',
  '',
  'relative',
  'http://other.example/absolute?x=1',
];
const versions = ['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', 'HTTP/1', '', ' HTTP/1.1'];
const usualFields = [
  'Content-Type: application/json',
  'content-type: text/plain; charset=utf-8',
  'Accept: */*',
  'Accept: application/json',
  'User-Agent: curl/8.0',
  'User-Agent: second',
  'Cookie: a=1',
  'Cookie: b=2',
  'Connection: keep-alive',
  'Connection: Keep-Alive',
  'Authorization: Bearer abc',
  'X-Request-Id: 12345',
  'x-request-id: 6789',
  'X-Empty:',
  'X-Spaces:   several',
  'Inference-Header-Content-Length: 10',
  'ETag: "a"',
  'Set-Cookie: c=3',
  'set-cookie: d=4',
  "!#$%&'*+-.^_`|~09azAZ: token",
  '__proto__: polluted',
  'constructor: x',
  'toString: y',
];
const oddFields = [
  'Connection: close',
  'Connection: keep-alive, close',
  'Connection: upgrade',
  'Connection: ',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQAAP__',
  'Trailer: X-End',
  'TE: trailers',
  'Expect: 100-continue',
  'Expect: other',
  'Content-Encoding: gzip',
  'Content-Encoding: identity',
  'Proxy-Connection: close',
  'Keep-Alive: timeout=1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'transfer-encoding: gzip, chunked',
  'Transfer-Encoding : chunked',
  'Content-Length: 3',
  'Content-Length: 03',
  'Content-Length: +3',
  'Content-Length: 0x3',
  'Content-Length: 3, 3',
  'Content-Length: 3 3',
  'Content-Length:',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length : 3',
  'Host: second.example',
  'Host:',
  'Hos\xf4: x',
  'X-Fold: a\r\n b',
  'X-Trailing: a ',
  'X-Tab:\ta',
  'X-Inner: a\tb',
  'X-High: \xe9',
  'X-Zero: \x00',
  'X-Delete: \x7f',
  'X-Cr: a\rb',
  'X-Lf: a\nb',
  ' X-Leading: a',
  'NoColon',
  ': no name',
  'X Y: a',
  '',
];

function field(random: Random): string {
  return random.chance(92) ? random.pick(usualFields) : random.pick(oddFields);
}

function shuffle(random: Random, list: string[]): string[] {
  for (let at = list.length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    [list[at], list[other]] = [list[other] as string, list[at] as string];
  }
  return list;
}

function chunked(random: Random, body: string): string {
  const cut = random.int(body.length + 1);
  const parts = [body.slice(0, cut), body.slice(cut)].filter(part => part !== '');
  const extension = random.chance(10) ? ';a=b' : '';
  const trailer = random.chance(10) ? 'X-End: 1\r\n' : '';
  return `${parts.map(part => `${part.length.toString(16)}${extension}\r\n${part}\r\n`).join('')}0\r\n${trailer}\r\n`;
}

/** One request: mostly what a client sends, sometimes what none should. */
function request(random: Random): string {
  const method = random.chance(90) ? random.pick(['GET', 'POST']) : random.pick(methods);
  const target = random.chance(80) ? targets[random.int(5)] : random.pick(targets);
  const version = random.chance(95) ? 'HTTP/1.1' : random.pick(versions);
  const fields = Array.from({ length: random.int(6) }, () => field(random));
  if (random.chance(97)) fields.push(random.pick(['Host: a.example', 'host: 127.0.0.1:8080', 'HOST:b']));
  let body = 'x'.repeat(random.pick([0, 0, 1, 3, 40, 3000]));
  if (body !== '' && random.chance(10)) {
    fields.push('Transfer-Encoding: chunked');
    body = chunked(random, body);
  } else if (body !== '' || random.chance(50)) {
    const name = random.pick(['Content-Length: ', 'content-length:', 'CONTENT-LENGTH:  ']);
    fields.push(name + String(body.length));
  }
  const end = random.chance(98) ? '\r\n' : random.pick(['\n', '\r', '\r\r\n', '\n\r']);
  return [`${method} ${target} ${version}`, ...shuffle(random, fields), '', body].join(end);
}

function mutate(random: Random, text: string): string {
  const at = random.int(text.length);
  const until = Math.min(text.length, at + 1 + random.int(8));
  const byte = String.fromCharCode(random.pick([0, 9, 10, 13, 32, 58, 127, 128, 255, random.int(256)]));
  switch (random.int(4)) {
    case 0:
      return text.slice(0, at) + byte + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + byte + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(until);
    default:
      return text.slice(0, until) + text.slice(at);
  }
}

/** What one client sends on one connection, cut where its writes are cut. */
export function conversation(random: Random): Buffer[] {
  const one = request(random);
  const requests = Array.from({ length: 1 + random.int(4) }, () =>
    random.chance(30) ? one : request(random),
  );
  let text = requests.join('');
  for (let times = random.chance(40) ? 1 + random.int(3) : 0; times > 0 && text !== ''; times--) {
    text = mutate(random, text);
  }
  const cuts = Array.from({ length: random.pick([0, 0, 1, 2, 12]) }, () => random.int(text.length + 1));
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  const bytes = Buffer.from(text, 'latin1');
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}
