import { messageOf } from '../../base/errors/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { predictSettings } from '../commands/predict.ts';
import { cliErrors } from '../errors.ts';
import { type Door as ClusterDoor, doorOf } from '../objects/doors.ts';
import { exchange, type Sending } from '../objects/exchanges.ts';
import { onCluster } from '../objects/session.ts';
import type { CommandHandler, Io } from '../program.ts';
import { gather, readRequestFile } from './request.ts';

/** Sends the file's bytes untouched: 64-bit integers and NaN would not survive a parse. */
export const predict: CommandHandler = async (invocation, io) => {
  const { model, file, url } = readSettings(predictSettings, invocation.given, io.env);
  if (file === undefined)
    throw cliErrors.make.usage('davit predict needs --file FILE (or -f -, to read standard input)');
  const body = file === '-' ? await gather('--file -', io.input()) : await readRequestFile('--file', file);
  const [service] = invocation.positionals;
  if (service === undefined) return send(model, body, { base: baseOf(url) }, io);
  const within = onCluster(async session => send(model ?? service, body, await doorOf(service, session), io));
  return within(invocation, io);
};

type Door = Pick<ClusterDoor, 'base'> & Sending;

async function send(
  model: string | undefined,
  body: Buffer<ArrayBuffer>,
  door: Door,
  io: Io,
): Promise<number> {
  const name = model ?? (await onlyModel(door.base));
  const path = isV1(body)
    ? `/v1/models/${encodeURIComponent(name)}:predict`
    : `/v2/models/${encodeURIComponent(name)}/infer`;
  const answer = await ask(door, path, body);
  if (answer.ok) {
    io.out(`${answer.text.trimEnd()}\n`);
    return 0;
  }
  io.err(`davit: ${door.base}${path} answered ${answer.status}: ${errorText(answer.text)}\n`);
  return 1;
}

function baseOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw cliErrors.make.usage(`--url: found "${url}", expected an address such as http://127.0.0.1:8080`);
  }
  return url.replace(/\/+$/, '');
}

/** Which protocol a request speaks, told by the first of its keys that decides; NaN tokens keep JSON.parse out. */
function isV1(body: Buffer): boolean {
  const start = body.toString('utf8', 0, 1024).trimStart();
  if (start[0] !== '{') {
    throw cliErrors.make['input-unreadable'](
      `the request begins with "${start.slice(0, 12)}", expected a JSON object`,
    );
  }
  if (hasKey(body, 'datatype')) return false;
  if (hasKey(body, 'instances') || hasKey(body, 'inputs')) return true;
  throw cliErrors.make['input-unreadable']('the request has neither "inputs" (V2) nor "instances" (V1)');
}

/** Looks at bytes: a large body would not fit a string. */
function hasKey(body: Buffer, key: string): boolean {
  const text = `"${key}"`;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + 1)) {
    let after = at + text.length;
    while (isSpace(body[after])) after++;
    if (body[after] === colon) return true;
  }
  return false;
}

const colon = 0x3a;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** @throws usage */
async function onlyModel(base: string): Promise<string> {
  const { status, text } = await ask({ base }, '/v2/models');
  const models = modelsIn(text);
  const [only, second] = models ?? [];
  if (only !== undefined && second === undefined) return only;
  const found =
    models === undefined
      ? `${base}/v2/models answered ${status} and no list of models`
      : `the server has ${models.length > 0 ? models.join(', ') : 'no models'}`;
  throw cliErrors.make.usage(`davit predict needs --model NAME: ${found}`);
}

/** Names in a list of models; undefined for what is none. */
function modelsIn(text: string): readonly string[] | undefined {
  try {
    const { models } = JSON.parse(text) as { readonly models?: unknown };
    return Array.isArray(models) ? models.map(String) : undefined;
  } catch {
    return undefined;
  }
}

async function ask(
  { base, ...sending }: Door,
  path: string,
  body?: Buffer<ArrayBuffer>,
): Promise<{ ok: boolean; status: number; text: string }> {
  const url = `${base}${path}`;
  try {
    const { status, text } = await exchange(url, sending, body);
    return { ok: status < 300, status, text };
  } catch (cause) {
    const reason = messageOf(cause) || String((cause as { code?: unknown }).code);
    throw cliErrors.make['server-unreachable'](`no answer from ${url}: ${reason}`, { cause });
  }
}

function errorText(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : text;
  } catch {
    return text;
  }
}
