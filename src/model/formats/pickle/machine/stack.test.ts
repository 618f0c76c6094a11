import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPickle, type PyValue } from '../index.ts';
import { Memo } from './memo.ts';
import { opcodeOf, opcodes } from './opcodes.ts';
import { steps } from './steps.ts';

function read(pickle: string): PyValue {
  return openPickle(Buffer.from(pickle, 'latin1')).objects[0] as PyValue;
}

function refuses(pickle: string, code: string, message: RegExp): void {
  assert.throws(() => read(pickle), { code, message });
}

test('every opcode of the table has a step, and no other byte has', () => {
  assert.equal(opcodes.length, 68);
  for (let code = 0; code < 256; code++)
    assert.equal(steps[code] === undefined, opcodeOf(code) === undefined, `byte ${code}`);
});

test('POP, POP_MARK, DUP', () => {
  assert.deepEqual(read('\x80\x02]K\x010(K\x01K\x0210N.'), null);
  assert.equal(read('\x80\x02K\x01(0.'), 1n);
  assert.equal(read('\x80\x02K\x01(K\x02K\x031.'), 1n);
  assert.deepEqual(read('\x80\x02K\x052\x86.'), read('\x80\x02K\x05K\x05\x86.'));
});

test('PUT, GET, MEMOIZE in every width', () => {
  assert.equal(read('\x80\x02K\x07p0\n0g0\n.'), 7n);
  assert.equal(read('\x80\x02K\x07q\x000h\x00.'), 7n);
  assert.equal(read('\x80\x02K\x07r\x00\x00\x00\x800j\x00\x00\x00\x80.'), 7n);
  assert.equal(read('\x80\x04K\x07\x940K\x08\x940h\x00.'), 7n);
  assert.equal(read('\x80\x04K\x07q\x050K\x08\x940h\x01.'), 8n);
});

test('what is not in the memo is refused', () => {
  refuses('\x80\x02h\x05.', 'pickle-malformed', /the memo has nothing under 5, at byte 2 \(BINGET\)/);
  refuses('\x80\x02Np-1\n.', 'pickle-malformed', /a memo index must be a count/);
  refuses('\x80\x02Npx\n.', 'pickle-malformed', /a memo index must be digits/);
  refuses(`\x80\x02Np${'9'.repeat(17)}\n.`, 'pickle-malformed', /a memo index must be a count/);
});

test('taking from an empty stack, or past a mark, is refused', () => {
  for (const pickle of [
    '\x80\x020.',
    '\x80\x02(K\x01a.',
    '\x80\x02K\x01(\x85.',
    '\x80\x02(q\x00.',
    '\x80\x02(2.',
  ])
    refuses(pickle, 'pickle-malformed', /none is on the stack/);
  refuses('\x80\x02K\x01e.', 'pickle-malformed', /a mark is needed/);
});

test('STOP wants one object', () => {
  refuses('\x80\x02.', 'pickle-malformed', /ends with 0 objects, not one/);
  refuses('\x80\x02NN.', 'pickle-malformed', /ends with 2 objects, not one/);
  refuses('\x80\x02N(.', 'pickle-malformed', /ends with a mark open/);
});

test('PROTO up to 5, frames that fit', () => {
  assert.equal(openPickle(Buffer.from('\x80\x05N.', 'latin1')).protocol, 5);
  refuses('\x80\x06N.', 'pickle-malformed', /says protocol 6; 5 is the newest/);
  assert.equal(read('\x80\x04\x95\x02\0\0\0\0\0\0\0N.'), null);
  refuses(
    '\x80\x04\x95\x03\0\0\0\0\0\0\0N.',
    'pickle-truncated',
    /a frame of 3 bytes was announced, 2 are left/,
  );
});

test('a byte that is no opcode is named with its place', () => {
  refuses('\x80\x02N\xff.', 'pickle-malformed', /no opcode has this byte, at byte 3 \(0xff\)/);
});

test('the memo counts entries, not indices', () => {
  const memo = new Memo();
  const order = [0, 1, 5, 2, 2 ** 31, 5, 6, 2 ** 31, 7, 30, 8];
  for (const index of order) memo.put(index, BigInt(index));
  assert.equal(memo.count, new Set(order).size);
  for (const index of order) assert.equal(memo.get(index), BigInt(index));
  assert.equal(memo.get(3), undefined);
  assert.equal(memo.get(2 ** 31 - 1), undefined);
  for (let index = 9; index <= 31; index++) memo.put(index, null);
  assert.equal(memo.count, new Set(order).size + 22);
  assert.equal(memo.get(30), null);
});
