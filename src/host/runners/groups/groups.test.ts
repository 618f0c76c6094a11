import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Detached } from '../../../base/detached/index.ts';
import { Runner } from '../runner.ts';
import { bound, dissolve, entrance, Groups, hadTooMuch, put } from './groups.ts';
import { placesIn } from './hierarchy.ts';

const mebibyte = 2 ** 20;
const name = `test-${process.pid}`;
const groups = Groups.open(name, new Set([process.pid]));
const skip = groups === undefined && 'this process may make no groups that limit memory';

test('where a process is, by what the system says of it', () => {
  const old = '30 25 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory';
  const both = `29 25 0:25 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n${old}`;
  const rows: readonly (readonly [mounts: string, groups: string, places: readonly string[]])[] = [
    [
      '35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw',
      '0::/a/b.scope\n',
      ['2 /sys/fs/cgroup/a/b.scope'],
    ],
    [old, '4:memory:/x\n3:cpu:/y\n', ['1 /sys/fs/cgroup/memory/x']],
    [both, '4:memory:/x\n0::/\n', ['2 /sys/fs/cgroup/unified', '1 /sys/fs/cgroup/memory/x']],
    ['35 24 0:30 /docker/7 /sys/fs/cgroup rw - cgroup2 cgroup2 rw', '0::/docker/7/z', ['2 /sys/fs/cgroup/z']],
    ['35 24 0:30 /docker/7 /sys/fs/cgroup rw - cgroup2 cgroup2 rw', '0::/elsewhere', []],
    [String.raw`35 24 0:30 / /my\040groups rw - cgroup2 cgroup2 rw`, '0::/a', ['2 /my groups/a']],
    ['30 25 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu', '4:cpu:/x', []],
    ['', '', []],
  ];
  for (const [mounts, own, places] of rows) {
    assert.deepEqual(
      placesIn(mounts, own).map(({ version, folder }) => `${version} ${folder}`),
      places,
    );
  }
});

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-groups-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process that takes so many bytes once it is told to by a file. */
function taking(bytes: number, file: string): string[] {
  const script = `
    const fs = require('node:fs');
    const held = [];
    setInterval(() => {
      if (!fs.existsSync(${JSON.stringify(file)})) return;
      for (let taken = 0; taken < ${bytes}; taken += ${mebibyte}) held.push(Buffer.alloc(${mebibyte}, 1));
      fs.writeFileSync(${JSON.stringify(`${file}.taken`)}, '');
    }, 5);`;
  return [process.execPath, '-e', script];
}

async function start(record: string, argv: readonly string[], group?: string): Promise<Detached> {
  mkdirSync(record);
  const environment = { PATH: process.env['PATH'] ?? '' };
  return (await Detached.start({ record, argv, folder: '/', environment, input: 'none', group })).process;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5));
}

test(
  'the kernel ends what has more memory than its group may, and its group goes',
  { skip },
  async context => {
    const folder = folderFor(context);
    const group = groups?.make('pod', 'container-0', 200 * mebibyte) ?? assert.fail();
    const go = join(folder, 'go');
    const running = await start(join(folder, 'record'), taking(400 * mebibyte, go), entrance(group));
    await until(() => running.command !== undefined);
    assert.equal(hadTooMuch(group), false);
    mkdirSync(go);
    const { status } = await running.ended;
    assert.deepEqual([status, hadTooMuch(group)], [137, true]);
    assert.ok(!existsSync(`${go}.taken`));
    await dissolve(group);
    assert.ok(!existsSync(dirname(dirname(group.folder))));
  },
);

test('what runs is put into a group, and held to another limit', { skip }, async context => {
  const folder = folderFor(context);
  const group = groups?.make('pod', 'container-1', 100 * mebibyte) ?? assert.fail();
  context.after(() => dissolve(group));
  const go = join(folder, 'go');
  const running = await start(join(folder, 'record'), taking(300 * mebibyte, go));
  context.after(() => running.kill());
  await until(() => running.command !== undefined);
  put(group, running.command ?? 0);
  bound(group, undefined);
  mkdirSync(go);
  await until(() => existsSync(`${go}.taken`));
  assert.equal(running.end, undefined);
  assert.match(readFileSync(entrance(group), 'utf8'), new RegExp(`^${running.command}$`, 'm'));
  running.kill();
  await running.ended;
  assert.equal(hadTooMuch(group), false);
});

test(
  'a container that the kernel ends was OOMKilled, for whoever looks later, too',
  { skip },
  async context => {
    const folder = folderFor(context);
    const options = {
      folder: join(folder, 'spares'),
      program: [process.execPath],
      environment: { PATH: process.env['PATH'] ?? '' },
      groups,
      warm: false,
      now: Date.now,
      onError: (_: string, error: unknown) => assert.fail(String(error)),
    };
    const runner = new Runner(options);
    const go = join(folder, 'go');
    const record = join(folder, 'records', '0');
    const attempt = await runner.start({
      record,
      number: 0,
      image: 'x',
      start: { host: taking(600 * mebibyte, go) },
      folder: '/',
      environment: {},
      mounts: [],
      memory: 300 * mebibyte,
      grouped: { pod: 'pod', container: 'container-2' },
      input: false,
    });
    const { group } = attempt.note;
    assert.ok(group !== undefined);
    // What only looks now and then is not what ends it.
    await runner.stop();
    mkdirSync(go);
    await attempt.process.ended;
    const { exitCode, reason } = attempt.end ?? assert.fail();
    assert.deepEqual([exitCode, reason], [137, 'OOMKilled']);
    await until(() => !existsSync(group.folder));
    const later = new Runner(options);
    context.after(() => later.stop());
    assert.equal(later.adopt(record)?.end?.reason, 'OOMKilled');
  },
);

test('a group that cannot be held, or that has no name, is none', { skip }, () => {
  const made = groups ?? assert.fail();
  for (const [pod, container] of [
    ['', 'container-3'],
    ['pod', ''],
  ] as const) {
    assert.throws(() => made.make(pod, container, mebibyte), TypeError);
  }
  const kept = made.make('other', 'container-3', mebibyte);
  assert.throws(() => made.make('pod', 'container-3', Number.NaN));
  const top = dirname(dirname(kept.folder));
  assert.deepEqual([existsSync(join(top, 'pod')), existsSync(kept.folder)], [false, true]);
  return dissolve(kept);
});

test('a start that fails leaves no group', { skip }, async context => {
  const folder = folderFor(context);
  const runner = new Runner({
    folder: join(folder, 'spares'),
    program: [process.execPath],
    environment: { PATH: process.env['PATH'] ?? '' },
    groups,
    warm: false,
    now: Date.now,
    onError: (_: string, error: unknown) => assert.fail(String(error)),
  });
  context.after(() => runner.stop());
  const kept = groups?.make('other', 'container-4', mebibyte) ?? assert.fail();
  context.after(() => dissolve(kept));
  const top = dirname(dirname(kept.folder));
  await assert.rejects(
    runner.start({
      record: join(folder, 'records', '0'),
      number: 0,
      image: 'x',
      start: { host: [process.execPath, '-e', '0'] },
      folder: '/',
      // What the system takes in no variable.
      environment: { BAD: 'a\0b' },
      mounts: [],
      memory: 100 * mebibyte,
      grouped: { pod: 'failing', container: 'container-4' },
      input: false,
    }),
    { code: 'container-not-startable' },
  );
  await until(() => !existsSync(join(top, 'failing')));
});
