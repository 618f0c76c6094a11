/**
 * Asks Davit everything that a real kube-apiserver was asked when the recordings were made, and compares: `node replay.ts [FOLDER]`.
 * Needs Python 3 for the recorder. With a FOLDER the new recordings are kept there. Closing line: `N passed, N failed`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { differences, recordingsIn } from './compare.ts';
import { deliberate } from './deliberate.ts';

const here = import.meta.dirname;

/** Starts the server that is asked; resolves to where it is. */
async function started(): Promise<{ host: ChildProcess; port: number; ca: string }> {
  const host = spawn(process.execPath, [join(here, 'host.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: host.stdout });
  for await (const line of lines) {
    return { host, ...(JSON.parse(line) as { port: number; ca: string }) };
  }
  throw new Error('the server has ended before it listened');
}

async function record(folder: string): Promise<void> {
  const { host, port, ca } = await started();
  try {
    const recorder = spawn('python3', [join(here, 'record.py'), folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, API_PORT: `${port}`, API_CA: ca, COMPACT_PID: `${host.pid}` },
    });
    const code = await new Promise<number | null>(resolve => recorder.on('exit', resolve));
    if (code !== 0) throw new Error(`the recorder ended with status ${code}`);
  } finally {
    host.stdin?.end();
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

const [, , kept] = process.argv;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'davit-replay-'));
mkdirSync(folder, { recursive: true });
await record(folder);
const expected = recordingsIn(join(here, 'recordings'));
const found = recordingsIn(folder);
let equal = 0;
const open: string[] = [];
for (const [key, recorded] of expected) {
  const answer = found.get(key);
  const list =
    answer === undefined
      ? [{ path: '', expected: 'an answer', found: 'none' }]
      : differences(recorded, answer);
  if (list.length === 0) {
    equal++;
    if (deliberate[key] !== undefined)
      process.stdout.write(`${key}: equal, though said to differ on purpose\n`);
  } else if (deliberate[key] === undefined) {
    open.push(key);
    process.stdout.write(`${key}: ${recorded.request.method} ${recorded.request.path.slice(0, 120)}\n`);
    for (const one of list.slice(0, 4)) {
      process.stdout.write(
        `  ${one.path}\n    recorded ${shown(one.expected)}\n    found    ${shown(one.found)}\n`,
      );
    }
  }
}
const compared = equal + open.length;
const share = equal / compared;
process.stdout.write(
  `${expected.size} recorded, ${Object.keys(deliberate).length} deliberately different, ${equal} of ${compared} equal (${(share * 100).toFixed(1)} %)\n`,
);
if (kept === undefined) rmSync(folder, { recursive: true, force: true });
const failed = open.length;
process.stdout.write(`${equal} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
