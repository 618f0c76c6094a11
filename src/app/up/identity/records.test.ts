import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, suite, test } from 'node:test';
import { CodedError } from '../../../base/errors/index.ts';
import { testRecords } from '../../../edge/identity/records.contract.ts';
import { FileRecords } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-records-'));
let files = 0;
const path = (): string => join(folder, `${files++}`, 'identity.db');
const opened: FileRecords[] = [];
const open = (place: string, now: () => number = () => 1): FileRecords => {
  const records = new FileRecords(place, now);
  opened.push(records);
  return records;
};

after(() => {
  for (const records of opened) {
    try {
      records.close();
    } catch {
      // It was closed by its test.
    }
  }
  rmSync(folder, { recursive: true });
});

testRecords('in a file', now => open(path(), now));

const row = { id: 'a', value: '{}', owner: 'b', expires: 10 };

function refuses(code: string): (error: unknown) => boolean {
  return error => error instanceof CodedError && error.code === code;
}

suite('the file of records', () => {
  test('what was put is there when it is opened again, and only its owner may read it', () => {
    const place = path();
    const first = open(place);
    first.put('session', row);
    assert.equal(statSync(place).mode & 0o777, 0o600);
    first.close();
    const second = open(place);
    assert.deepEqual({ ...second.get('session', 'a') }, row);
    assert.equal(second.count('session'), 1);
  });

  test('one process has it', () => {
    const place = path();
    open(place).put('session', row);
    assert.throws(() => open(place), refuses('identity-locked'));
  });

  test('a newer layout, another program’s file and a damaged one are refused, and stay as they are', () => {
    const newer = path();
    open(newer).close();
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    assert.throws(() => open(newer), refuses('identity-newer'));
    const others = path();
    open(others).close();
    const other = new DatabaseSync(others);
    other.exec('PRAGMA application_id = 7');
    other.close();
    assert.throws(() => open(others), refuses('identity-damaged'));
    const damaged = path();
    open(damaged).close();
    writeFileSync(damaged, 'x'.repeat(8192));
    assert.throws(() => open(damaged), refuses('identity-damaged'));
  });

  test('a folder that cannot be made is told', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    assert.throws(() => open(join(file, 'identity.db')), refuses('identity-unavailable'));
  });

  test('what has expired is swept, and counts stay right', () => {
    let now = 1;
    const records = open(path(), () => now);
    for (let at = 0; at < 100; at++) records.put('spent-mark', { ...row, id: `${at}`, expires: 10 + at });
    for (let at = 0; at < 10; at++) records.put('session', { ...row, id: `${at}`, expires: 5 });
    assert.deepEqual([records.count('spent-mark'), records.count('session')], [100, 10]);
    now = 59;
    assert.deepEqual([records.count('spent-mark'), records.count('session')], [50, 0]);
    assert.equal(records.sweep(), 60);
    assert.equal(records.sweep(), 0);
    assert.deepEqual([records.count('spent-mark'), records.count('session')], [50, 0]);
    records.put('spent-mark', { ...row, id: '99', expires: 1000 });
    assert.equal(records.count('spent-mark'), 50);
  });
});
