import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Output, Segment } from '../contract.ts';
import type { LogOptions } from './options.ts';
import { logOf } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-logs-'));
after(() => rmSync(folder, { recursive: true }));

/** An output in files of this folder, which a test writes and rotates. */
class Files implements Output {
  readonly #name: string;
  readonly #rotated: Segment[] = [];
  #start = 0;
  #ended = false;
  marks: Segment['marks'] = [];

  constructor(name: string) {
    this.#name = join(folder, name);
    appendFileSync(this.#name, '');
  }

  write(text: string): void {
    appendFileSync(this.#name, text);
  }

  end(): void {
    this.#ended = true;
  }

  /** As loggers that move files do it, and as those that empty them. */
  rotate(how: 'moved' | 'emptied'): void {
    const size = statSync(this.#name).size;
    const path = `${this.#name}.${this.#start}`;
    if (how === 'moved') {
      renameSync(this.#name, path);
      appendFileSync(this.#name, '');
    } else {
      copyFileSync(this.#name, path);
      truncateSync(this.#name);
    }
    this.#rotated.push({ path, start: this.#start, marks: [] });
    this.#start += size;
  }

  segments(): Promise<Segment[]> {
    return Promise.resolve([...this.#rotated, { path: this.#name, start: this.#start, marks: this.marks }]);
  }

  ended(): boolean {
    return this.#ended;
  }
}

const plain: LogOptions = {
  follow: false,
  previous: false,
  timestamps: false,
  tail: undefined,
  since: undefined,
  limit: undefined,
};

async function read(output: Output, options: Partial<LogOptions>): Promise<string> {
  const chunks: Buffer[] = [];
  const never = new AbortController().signal;
  for await (const chunk of logOf(output, { ...plain, ...options }, never)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('the last lines may lie in several files', async () => {
  const files = new Files('several');
  files.write('a\nb\n');
  files.rotate('moved');
  files.write('c\nd');
  files.rotate('emptied');
  files.write('e\nf\n');
  assert.equal(await read(files, {}), 'a\nb\nc\nde\nf\n');
  assert.equal(await read(files, { tail: 1 }), 'f\n');
  assert.equal(await read(files, { tail: 2 }), 'de\nf\n');
  assert.equal(await read(files, { tail: 4 }), 'b\nc\nde\nf\n');
  assert.equal(await read(files, { tail: 9 }), 'a\nb\nc\nde\nf\n');
  assert.equal(await read(files, { tail: 0 }), '');
});

test('long lines are found as well', async () => {
  const files = new Files('long');
  files.write(`${'x'.repeat(200_000)}\n${'y'.repeat(200_000)}\n`);
  assert.equal(await read(files, { tail: 1 }), `${'y'.repeat(200_000)}\n`);
});

for (const how of ['moved', 'emptied'] as const) {
  test(`a follower goes on over files that are ${how}, missing nothing and repeating nothing`, async () => {
    const files = new Files(`followed-${how}`);
    let expected = '';
    const write = (text: string): void => {
      expected += text;
      files.write(text);
    };
    write('begin\n');
    const following = read(files, { follow: true });
    for (let turn = 0; turn < 30; turn++) {
      write(`line ${turn}\n`);
      if (turn % 7 === 3) files.rotate(how);
      await new Promise(resolve => setImmediate(resolve));
    }
    files.rotate(how);
    write('the end');
    files.end();
    assert.equal(await following, expected);
  });
}

test('lines have the time at which their first byte was written, and older ones are left out', async () => {
  const files = new Files('times');
  files.write('early\nlate ');
  files.write('and later\nlast\n');
  const at = Date.parse('2026-01-01T00:00:00.500Z');
  files.marks = [
    { offset: 0, time: at },
    { offset: 6, time: at + 1000 },
    { offset: 21, time: at + 2000 },
  ];
  const stamped = await read(files, { timestamps: true });
  assert.equal(
    stamped,
    [
      '2026-01-01T00:00:00.500000000Z early',
      '2026-01-01T00:00:01.500000000Z late and later',
      '2026-01-01T00:00:02.500000000Z last',
      '',
    ].join('\n'),
  );
  assert.equal(await read(files, { since: at + 1000 }), 'late and later\nlast\n');
  assert.equal(await read(files, { since: at + 1001 }), 'last\n');
  assert.equal(await read(files, { since: at + 9000 }), '');
  assert.equal(await read(files, { since: at + 1000, tail: 1 }), 'last\n');
  assert.equal(await read(files, { limit: 7 }), 'early\nl');
});
