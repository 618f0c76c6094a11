/** Davit beside what KServe's own Python servers and MLServer answered; see README.md. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startServing, type InProcess } from '../serving.ts';
import { compare, type Exchange } from './compare.ts';
import { deliberate, type Deliberate } from './deliberate.ts';

interface Recorded {
  readonly madeBy: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, { readonly file: string; readonly base64: string }>>;
  readonly exchanges: readonly Exchange[];
}

const servers = ['kserve', 'mlserver'] as const;
type Server = (typeof servers)[number];
const limits = { maxRows: 100, headBytes: 16_384, bodyBytes: 200_000 };
const used = new Set<Deliberate>();

function read(server: string): Recorded {
  const bytes = readFileSync(join(import.meta.dirname, `${server}.json.gz`));
  return JSON.parse(gunzipSync(bytes).toString()) as Recorded;
}

/** A server with all recorded models, each from a directory as KServe mounts them. */
async function serve({ models }: Recorded, folder: string, predictProba: boolean): Promise<InProcess> {
  const serving = await startServing(limits, { predictProba });
  await serving.repository.unload('broken');
  for (const [name, { file, base64 }] of Object.entries(models)) {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, file), Buffer.from(base64, 'base64'));
    await serving.repository.add(name, path);
    await serving.repository.load(name);
  }
  return serving;
}

async function ask(
  port: number,
  { path, body }: Exchange,
): Promise<{ status: number; code: string | null; answer: unknown }> {
  const posted = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, body === null ? {} : posted);
  const text = await response.text();
  const code = response.headers.get('davit-error-code');
  return { status: response.status, code, answer: text === '' ? undefined : JSON.parse(text) };
}

function ownAnswer(server: Server, { model, situation, status }: Exchange): Deliberate | undefined {
  const found = deliberate.find(
    row =>
      row.servers.includes(server) &&
      situation.endsWith(row.situation) &&
      row.theirs.includes(status) &&
      (row.models?.test(model) ?? true),
  );
  if (found !== undefined) used.add(found);
  return found;
}

for (const server of servers) {
  const recorded = read(server);
  for (const predictProba of [false, true]) {
    const exchanges = recorded.exchanges.filter(
      one => (one.environment['PREDICT_PROBA'] === 'true') === predictProba,
    );
    if (exchanges.length === 0) continue;
    suite(`${server} ${recorded.madeBy[server] ?? ''}${predictProba ? ', PREDICT_PROBA' : ''}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'davit-servers-'));
      let serving: InProcess;
      before(async () => {
        serving = await serve(recorded, folder, predictProba);
      });
      after(async () => {
        await serving.close();
        rmSync(folder, { recursive: true });
      });
      for (const model of new Set(exchanges.map(one => one.model)))
        test(model, async () => {
          const wrong: string[] = [];
          for (const one of exchanges.filter(each => each.model === model)) {
            const found = await ask(serving.port, one);
            const own = ownAnswer(server, one);
            const problem =
              own === undefined
                ? compare(server, one, found)
                : found.status === own.status && (own.code ?? null) === found.code
                  ? undefined
                  : `${found.status} ${String(found.code)}, expected ${own.status} ${String(own.code)}`;
            if (problem !== undefined) wrong.push(`${one.situation} (${one.path}): ${problem}`);
          }
          assert.deepEqual(wrong, []);
        });
    });
  }
}

test('every deliberate difference is met', () => {
  assert.deepEqual(
    deliberate.filter(row => !used.has(row)),
    [],
  );
});
