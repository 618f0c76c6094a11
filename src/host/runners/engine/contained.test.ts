import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { Runner } from '../runner.ts';
import { following } from './contained.ts';
import { Engine, type EngineCommand } from './engine.ts';
import type { ContainerRequest } from './request.ts';

const limited: ContainerRequest = {
  image: 'ubuntu',
  command: [],
  args: [],
  environment: {},
  mounts: [],
  folder: undefined,
  user: undefined,
  groups: [],
  memory: 1000,
  cpus: 1,
  readOnlyRoot: false,
  noNewPrivileges: false,
  dropped: [],
  input: false,
  terminal: false,
};

const top = mkdtempSync(join(tmpdir(), 'davit-contained-'));
after(() => rmSync(top, { recursive: true }));

/**
 * A command with the words and answers of Docker's, whose daemon is away as long as the file `away` has lines: each question to it takes
 * one. What it keeps of limits is in `limits`, and what it has is one container that has ended with 7, as long as there is the file `container`.
 */
const docker = `cd "$(dirname "$0")"
echo "$*" >>asked
case $1 in start) exit 1 ;; esac
if [ -s away ]; then sed -i.old 1d away; exit 1; fi
case $1 in
info) cat limits ;;
create) echo one ;;
inspect) [ -e container ] || exit 1
case $3 in *Running*) echo false ;; *) echo exited 7 false ;; esac ;;
rm) if [ -s again ]; then mv again away; exit 1; fi; rm -f container ;;
esac`;

function commandWith(files: Readonly<Record<string, string>>): EngineCommand {
  const folder = mkdtempSync(join(top, 'one-'));
  const program = join(folder, 'docker');
  writeFileSync(program, `#!/bin/sh\n${docker}`, { mode: 0o755 });
  for (const [name, text] of Object.entries({ container: '', ...files }))
    writeFileSync(join(folder, name), text);
  return { name: 'docker', program, environment: {} };
}

function followed(files: Readonly<Record<string, string>>): { status: number | null; folder: string } {
  const command = commandWith(files);
  const folder = dirname(command.program);
  const record = join(folder, 'record');
  mkdirSync(record);
  const note = { command, name: 'one', stopSignal: 'SIGTERM', input: false, terminal: false };
  const [shell = '', ...words] = following(note, record, false);
  return { status: spawnSync(shell, words, { timeout: 60_000 }).status, folder };
}

test('a container ends as its engine says, and nothing of it stays', () => {
  const { status, folder } = followed({});
  assert.equal(status, 7);
  assert.ok(!existsSync(join(folder, 'container')));
});

test('a daemon that is away is waited for, before the end of a container is told and before it is removed', () => {
  const { status, folder } = followed({ away: '1\n2\n3\n' });
  assert.equal(status, 7);
  assert.ok(!existsSync(join(folder, 'container')));
});

test('a container whose removal came to nothing is removed again', () => {
  const { status, folder } = followed({ again: '1\n' });
  assert.equal(status, 7);
  const asked = readFileSync(join(folder, 'asked'), 'utf8').split('\n');
  assert.equal(asked.filter(one => one.startsWith('rm ')).length, 2);
  assert.ok(!existsSync(join(folder, 'container')));
});

test('limits that the engine cannot keep are told', async () => {
  for (const [limits, told] of [
    ['true true', []],
    ['true false', ['memory']],
    ['false false', ['cpu', 'memory']],
  ] as const) {
    const command = commandWith({ limits });
    const folder = dirname(command.program);
    const runner = new Runner({
      folder: join(folder, 'spares'),
      program: [],
      environment: {},
      warm: false,
      engine: new Engine(command),
      now: Date.now,
      onError: () => {},
    });
    const heard: string[] = [];
    const attempt = await runner.start({
      record: join(folder, 'record'),
      number: 0,
      image: 'ubuntu',
      start: {
        engine: {
          request: limited,
          image: { id: '', stopSignal: 'SIGTERM', user: '' },
          title: 'one',
          labels: {},
        },
      },
      onUnlimited: limits => heard.push(...limits),
      folder: '/',
      environment: {},
      mounts: [],
      memory: 1000,
      input: false,
    });
    await attempt.process.ended;
    assert.deepEqual(heard, told);
    await runner.stop();
  }
});
