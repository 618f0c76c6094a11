import { readFile } from 'node:fs/promises';
import { messageOf } from '../../base/errors/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { predictSettings } from '../commands/predict.ts';
import { cliErrors } from '../errors.ts';
import type { CommandHandler } from '../program.ts';

/** Sends the file's bytes untouched: 64-bit integers and NaN would not survive a parse. */
export const predict: CommandHandler = async ({ given }, io) => {
  const { model, file, url } = readSettings(predictSettings, given, io.env);
  if (file === undefined)
    throw cliErrors.make.usage('davit predict needs --file FILE (or -f -, to read standard input)');
  const body = file === '-' ? await io.readInput() : await readRequest(file);
  const base = baseOf(url);
  const name = model ?? (await onlyModel(base));
  const path = isV1(body)
    ? `/v1/models/${encodeURIComponent(name)}:predict`
    : `/v2/models/${encodeURIComponent(name)}/infer`;
  const answer = await ask(`${base}${path}`, body);
  if (answer.ok) {
    io.out(`${answer.text.trimEnd()}\n`);
    return 0;
  }
  io.err(`davit: ${base}${path} answered ${answer.status}: ${errorText(answer.text)}\n`);
  return 1;
};

async function readRequest(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw cliErrors.make['input-unreadable'](`--file ${file}: ${messageOf(cause)}`, { cause });
  }
}

function baseOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw cliErrors.make.usage(`--url: found "${url}", expected an address such as http://127.0.0.1:8080`);
  }
  return url.replace(/\/+$/, '');
}

/** Which protocol a request speaks, told by the first of its keys that decides; NaN tokens keep JSON.parse out. */
function isV1(body: Uint8Array): boolean {
  const text = Buffer.from(body).toString('utf8');
  if (text.trimStart()[0] !== '{') {
    throw cliErrors.make['input-unreadable'](
      `the request begins with "${text.trimStart().slice(0, 12)}", expected a JSON object`,
    );
  }
  if (/"datatype"\s*:/.test(text)) return false;
  if (/"(instances|inputs)"\s*:/.test(text)) return true;
  throw cliErrors.make['input-unreadable']('the request has neither "inputs" (V2) nor "instances" (V1)');
}

async function onlyModel(base: string): Promise<string> {
  const { text } = await ask(`${base}/v2/models`);
  const { models } = JSON.parse(text) as { models?: unknown };
  if (Array.isArray(models) && models.length === 1) return String(models[0]);
  throw cliErrors.make.usage(
    `davit predict needs --model NAME: the server has ${Array.isArray(models) && models.length > 0 ? models.join(', ') : 'no models'}`,
  );
}

async function ask(url: string, body?: Uint8Array): Promise<{ ok: boolean; status: number; text: string }> {
  try {
    const response = await fetch(
      url,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array(body) },
    );
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : messageOf(cause);
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
