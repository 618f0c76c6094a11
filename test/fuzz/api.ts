/**
 * Sends an API server what its decoders may meet, most of it nearly right: `node test/fuzz/api.ts [--seconds 10] [--seed 1]`. Bodies in
 * JSON, YAML and protobuf, patches, selectors, continue tokens, rules of definitions and policies, certificates, forms of answers.
 * Nothing fails but as a client's mistake, told in a Status; nothing hangs, and the server goes on.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { stringifyYaml } from '../../src/cluster/schema/index.ts';
import { type Answered, type Asking, Cluster } from '../apiserver/serving.ts';
import {
  acceptPieces,
  certificateRequest,
  expressionPieces,
  fieldPieces,
  labelPieces,
  objects,
  patchesOf,
  queryPieces,
  values,
} from './apiparts.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

const allowed = new Set([200, 201, 400, 403, 404, 405, 406, 409, 410, 413, 415, 422]);
/** Milliseconds of CPU time that one request may take, many times what any takes. */
const mostMilliseconds = 4000;

interface Made extends Asking {
  readonly method: string;
  readonly path: string;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Found {
  runs: number;
  /** Requests that were carried out. */
  done: number;
}

class Fuzzer {
  readonly found: Found = { runs: 0, done: 0 };
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #tokens: string[] = [];
  readonly #makers: readonly (() => Made)[] = [
    () => this.#write(),
    () => this.#write(),
    () => this.#patch(),
    () => this.#patch(),
    () => this.#select(),
    () => this.#page(),
    () => this.#rule(),
    () => this.#certificate(),
    () => this.#form(),
  ];

  constructor(cluster: Cluster, random: Random) {
    this.#cluster = cluster;
    this.#random = random;
  }

  async run(): Promise<void> {
    const made = this.#random.pick(this.#makers)();
    const told = JSON.stringify({ ...made, bytes: shown(made.bytes) });
    const before = process.cpuUsage();
    const answer = await this.#cluster.ask(made.method, made.path, made).catch((error: unknown) => {
      throw new Error(`${told}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error });
    });
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1000 < mostMilliseconds, `${(user + system) / 1000} ms: ${told}`);
    this.found.runs++;
    checkAnswer(answer, told);
    if (answer.status < 300) this.found.done++;
    const token: unknown = answer.body?.metadata?.continue;
    if (typeof token === 'string' && token !== '' && this.#tokens.push(token) > 20) this.#tokens.shift();
  }

  #object(): { readonly path: string; readonly object: Json } {
    const { path, object } = this.#random.pick(objects);
    return { path, object: this.#random.chance(0.15) ? (object as Json) : this.#spoilt(object as Json) };
  }

  #write(): Made {
    const { path, object } = this.#object();
    const name = nameIn(object);
    const replaces = name !== undefined && this.#random.chance(0.3);
    const where = `${path}${replaces ? `/${encodeURIComponent(name.toWellFormed())}` : ''}?${this.#options()}`;
    return { method: replaces ? 'PUT' : 'POST', path: where, ...this.#body(object) };
  }

  /** A body in one of the forms, now and then with its text spoilt. */
  #body(object: Json): Pick<Made, 'type' | 'bytes'> {
    const random = this.#random;
    if (random.chance(0.1)) return this.#protobuf(object);
    const yaml = random.chance(0.4);
    const text = yaml ? stringifyYaml(object) : JSON.stringify(object);
    const type = yaml ? 'application/yaml' : 'application/json';
    return { type, bytes: random.chance(0.4) ? this.#spoiltText(text) : text };
  }

  /** Bytes that begin as Kubernetes’ protobuf does. */
  #protobuf(object: Json): Pick<Made, 'type' | 'bytes'> {
    const head = Buffer.from(this.#random.pick(['k8s\0', 'k8s\0\n\u000B\n\u0002v1', 'k8s', '']), 'latin1');
    const bytes = Buffer.concat([head, Buffer.from(JSON.stringify(object))]);
    bytes[this.#random.below(bytes.length)] = this.#random.below(256);
    return { type: 'application/vnd.kubernetes.protobuf', bytes };
  }

  #patch(): Made {
    const random = this.#random;
    const { path, object } = random.pick(objects);
    const patch = random.pick(patchesOf(object));
    const document = random.chance(0.2) ? patch.document : this.#spoilt(patch.document as Json);
    const text = JSON.stringify(document);
    const bytes = random.chance(0.2) ? this.#spoiltText(text) : text;
    const name = nameIn(object as Json) ?? 'x';
    const part = random.pick(['', '', '', '/status', '/scale']);
    const where = `${path}/${name}${part}?fieldManager=fuzz&${this.#options()}`;
    return { method: 'PATCH', path: where, type: patch.type, bytes };
  }

  #select(): Made {
    const { path } = this.#random.pick(objects);
    const label = encodeURIComponent(this.#text(labelPieces, 9));
    const field = encodeURIComponent(this.#text(fieldPieces, 7));
    const which = this.#random.pick([
      `labelSelector=${label}`,
      `fieldSelector=${field}`,
      `labelSelector=${label}&fieldSelector=${field}`,
    ]);
    const method = this.#random.chance(0.1) ? 'DELETE' : 'GET';
    const dry = method === 'DELETE' ? '&dryRun=All' : '';
    return { method, path: `${path}?${which}${dry}` };
  }

  #page(): Made {
    const random = this.#random;
    const { path } = random.pick(objects);
    const token = random.chance(0.8) && this.#tokens.length > 0 ? random.pick(this.#tokens) : 'e30';
    const spoilt = random.chance(0.6) ? this.#spoiltToken(token) : token;
    const from = random.chance(0.5) ? `&continue=${encodeURIComponent(spoilt.toWellFormed())}` : '';
    return { method: 'GET', path: `${path}?limit=${random.pick(['1', '2', '0', '-1', 'x', '9e9'])}${from}` };
  }

  /** A token whose JSON or whose letters are changed. */
  #spoiltToken(token: string): string {
    if (this.#random.chance(0.3)) return this.#spoiltText(token).toString('latin1');
    const text = Buffer.from(token, 'base64url').toString();
    return Buffer.from(this.#spoiltText(text)).toString('base64url');
  }

  #rule(): Made {
    const rule = this.#text(expressionPieces, 12);
    const { path, object } = this.#random.pick(objects.filter(one => 'withRule' in one));
    return {
      method: 'POST',
      path: `${path}?dryRun=All`,
      bytes: JSON.stringify(withRule(object, rule)),
      type: 'application/json',
    };
  }

  #certificate(): Made {
    const spoilt = Buffer.from(certificateRequest);
    for (let left = this.#random.below(4); left > 0; left--) {
      spoilt[this.#random.below(spoilt.length)] = this.#random.pick([
        0,
        1,
        0x30,
        0x80,
        0xff,
        this.#random.below(256),
      ]);
    }
    const cut = this.#random.chance(0.2) ? spoilt.subarray(0, this.#random.below(spoilt.length)) : spoilt;
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${cut.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    const request = Buffer.from(this.#random.chance(0.2) ? this.#spoiltText(pem) : pem).toString('base64');
    const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] };
    const object = {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { generateName: 'c-' },
      spec,
    };
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All';
    return { method: 'POST', path, type: 'application/json', bytes: JSON.stringify(object) };
  }

  #form(): Made {
    const { path } = this.#random.pick(objects);
    const accept = this.#text(acceptPieces, 7);
    return { method: 'GET', path: `${path}?${this.#options()}`, headers: { accept } };
  }

  #options(): string {
    const all = Array.from({ length: this.#random.below(3) }, () => this.#random.pick(queryPieces));
    // Most of what is written is not kept.
    return [...all, ...(this.#random.chance(0.7) ? ['dryRun=All'] : [])].join('&');
  }

  #text(pieces: readonly string[], most: number): string {
    return Array.from({ length: 1 + this.#random.below(most) }, () => this.#random.pick(pieces)).join('');
  }

  /** One to three changes of a value, each somewhere below it. */
  #spoilt(value: Json): Json {
    let spoilt = value;
    for (let left = 1 + this.#random.below(3); left > 0; left--) spoilt = this.#changed(spoilt, 0);
    return spoilt;
  }

  #changed(value: Json, depth: number): Json {
    const random = this.#random;
    if (value === null || typeof value !== 'object' || random.chance(0.04 * depth)) {
      return random.chance(0.02) ? nested(random.below(300)) : random.pick(values);
    }
    if (Array.isArray(value)) {
      const at = random.below(value.length + 1);
      if (at === value.length || random.chance(0.15))
        return value.toSpliced(at, 0, random.pick([...values, ...value]));
      return random.chance(0.15)
        ? value.toSpliced(at, 1)
        : value.with(at, this.#changed(value[at] as Json, depth + 1));
    }
    const keys = Object.keys(value);
    const key = keys.length === 0 ? 'x' : random.pick(keys);
    if (random.chance(0.1))
      return {
        ...value,
        [random.pick(['x', '', '__proto__x', '$patch', key.toUpperCase()])]: random.pick(values),
      };
    if (random.chance(0.1)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    return { ...value, [key]: this.#changed(value[key] ?? null, depth + 1) };
  }

  #spoiltText(text: string): Buffer {
    let bytes = Buffer.from(text);
    for (let left = 1 + this.#random.below(3); left > 0; left--) {
      const at = this.#random.below(bytes.length + 1);
      const end = Math.min(bytes.length, at + this.#random.below(6));
      const piece = Buffer.from(this.#random.pick(textPieces));
      const kind = this.#random.below(4);
      if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
      else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
      else if (at < bytes.length) bytes[at] = this.#random.below(256);
    }
    return bytes;
  }
}

const textPieces = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  '\n',
  '- ',
  '---\n',
  '"',
  "'",
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '|\n',
  '\t',
  '\0',
  '# ',
  '1e999',
  'null',
  'é',
  '%',
  ',',
  '"a":1,',
  '? ',
];

function nested(depth: number): Json {
  let value: Json = 1;
  for (let left = depth; left > 0; left--) value = left % 2 === 0 ? [value] : { a: value };
  return value;
}

function nameIn(object: Json): string | undefined {
  const { metadata } = (object ?? {}) as { metadata?: { name?: unknown } | null };
  return typeof metadata?.name === 'string' && metadata.name !== '' ? metadata.name : undefined;
}

/** An object with a rule in the place of `RULE`. */
function withRule(object: unknown, rule: string): unknown {
  return JSON.parse(JSON.stringify(object).replaceAll('"RULE"', () => JSON.stringify(rule)));
}

function shown(bytes: Uint8Array | string | undefined): string | undefined {
  return bytes === undefined || typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
}

function checkAnswer({ status, text, ...answer }: Answered, told: string): void {
  // Who asks for YAML is answered so.
  const body = answer.body ?? (status < 400 ? undefined : parse(text));
  // The real server answers so, too, where a merge itself fails: without a reason, which what nobody expected has.
  const merged = status === 500 && body?.reason === undefined;
  // And this to whoever asks for a state that is still to come.
  const awaited = status === 504 && body?.details?.causes?.[0]?.reason === 'ResourceVersionTooLarge';
  const real = merged || awaited;
  assert.ok(allowed.has(status) || real, `${status} ${text.slice(0, 400)}: ${told}`);
  if (status < 400) return;
  assert.equal(body?.kind, 'Status', `${status} ${text.slice(0, 400)}: ${told}`);
  assert.deepEqual([body.status, body.code], ['Failure', status], told);
  assert.ok(typeof body.message === 'string' && body.message !== '', told);
}

/** Goes on for as long as `more` says, from a server with an object of each kind. */
export async function fuzzApi(seed: number, more: (runs: number) => boolean): Promise<Found> {
  const cluster = await Cluster.open();
  try {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await cluster.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { body: account });
    for (const { path, object } of objects) {
      const { status, text } = await cluster.ask('POST', path, { body: withRule(object, 'true') });
      assert.equal(status, 201, text);
    }
    const fuzzer = new Fuzzer(cluster, new Random(seed));
    while (more(fuzzer.found.runs)) await fuzzer.run();
    const { status, text } = await cluster.ask('GET', '/api/v1/namespaces/default/configmaps');
    assert.equal(status, 200, text);
    return fuzzer.found;
  } finally {
    await cluster.close();
  }
}

if (import.meta.main) {
  const { values: given } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  process.stdout.write(`seed ${given.seed}: `);
  const { runs, done } = await fuzzApi(Number(given.seed), within(Number(given.seconds)));
  process.stdout.write(`${runs} requests, ${done} carried out\n`);
}
