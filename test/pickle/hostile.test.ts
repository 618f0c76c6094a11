import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { bundled } from '../bundled.ts';
import { skip } from '../thorough.ts';
import type { Case, Outcome, Report } from './hostile/case.ts';
import { groups } from './hostile/groups.ts';

const folder = join(import.meta.dirname, 'hostile');
const programs = await bundled(join(folder, 'child.ts'), join(folder, 'plant.ts'));
after(() => programs.remove());

/** What costs little to try; the others, bombs above all, take a minute. */
const always = new Set(['array claims', 'companion paths', 'calls of code', 'garbage']);

/** Of a process that reads a hostile file: CPU time of the reading, and memory of everything. */
const mostCpuMs = 2000;
const mostMiB = 512;

/** Node itself denies writing, processes, threads and code from strings; the traps see attempts that something swallows. */
const flags = [
  '--permission',
  '--allow-fs-read=*',
  '--disallow-code-generation-from-strings',
  '--max-old-space-size=320',
  '--single-threaded-gc',
  '--expose-gc',
  '--no-warnings',
];

async function runChild(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, programs.path(program), ...args],
    {
      maxBuffer: 2 ** 26,
      timeout: 120_000,
    },
  );
  return stdout;
}

test('the traps hold', async () => {
  const { planted, touched } = JSON.parse(await runChild('plant')) as {
    planted: number;
    touched: string[];
  };
  assert.equal(touched.length, planted, touched.join(', '));
});

describe(
  'hostile files end in a coded error, in time, within memory, and run nothing',
  { concurrency: 2 },
  () => {
    for (const [name, cases] of Object.entries(groups))
      test(`${name} (${cases.length})`, { skip: !always.has(name) && skip }, () => checkGroup(name, cases));
  },
);

async function checkGroup(name: string, cases: readonly Case[]): Promise<void> {
  const first = await readGroup(name);
  // A machine that others use makes a process slow now and then, but not twice: the bound is on the reading.
  const report = isSlow(first) ? faster(first, await readGroup(name)) : first;
  const { outcomes, touched, peakMiB } = report;
  assert.deepEqual(touched, []);
  assert.equal(outcomes.length, cases.length);
  for (const [at, outcome] of outcomes.entries()) checkOutcome(outcome, cases[at] as Case);
  assert.ok(peakMiB < mostMiB, `the process took ${Math.round(peakMiB)} MiB`);
}

async function readGroup(name: string): Promise<Report> {
  return JSON.parse(await runChild('child', name)) as Report;
}

function isSlow({ outcomes }: Report): boolean {
  return outcomes.some(({ cpuMs }) => cpuMs > mostCpuMs);
}

/** The second report, with the lesser time of each case. */
function faster(first: Report, second: Report): Report {
  const outcomes = second.outcomes.map((outcome, at) => ({
    ...outcome,
    cpuMs: Math.min(outcome.cpuMs, first.outcomes[at]?.cpuMs ?? outcome.cpuMs),
  }));
  return { ...second, outcomes, touched: [...first.touched, ...second.touched] };
}

/** A code given as `pickle-` stands for all that begin so. */
function checkOutcome({ name, code, message, cpuMs }: Outcome, { codes }: Case): void {
  const expected = codes.some(one => (one.endsWith('-') ? code.startsWith(one) : code === one));
  assert.ok(expected, `${name}: ${code} ${message}, expected ${codes.join(' or ')}`);
  assert.ok(
    message.length > 0 && message.length < 2000,
    `${name}: a message of ${message.length} characters`,
  );
  assert.ok(cpuMs < mostCpuMs, `${name}: ${Math.round(cpuMs)} ms of CPU time`);
}
