import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathered } from './gathered.ts';

function text(gathered: Gathered): string {
  return gathered.bytes.toString('latin1', gathered.start, gathered.end);
}

test('bytes are added at the end and dropped from the start', () => {
  const gathered = new Gathered();
  let expected = '';
  for (let turn = 0; turn < 500; turn++) {
    const piece = `${turn},`.repeat((turn * 7) % 13);
    gathered.add(Buffer.from(`<${piece}>`), 1, piece.length + 1);
    expected += piece;
    const dropped = Math.min(expected.length, (turn * 11) % 40);
    gathered.drop(gathered.start + dropped);
    expected = expected.slice(dropped);
    assert.equal(text(gathered), expected);
    assert.equal(gathered.length, expected.length);
  }
  const taken = gathered.take();
  assert.equal(taken.toString('latin1'), expected);
  assert.equal(gathered.length, 0);
});

test('room follows what has arrived: bytes one by one are copied a few times each, and no more room than twice is kept', () => {
  const gathered = new Gathered();
  const rooms = new Set<Buffer>();
  for (let i = 0; i < 100_000; i++) {
    gathered.add(Buffer.from([i % 256]), 0, 1);
    rooms.add(gathered.bytes);
  }
  assert.ok(rooms.size < 20, `${rooms.size} buffers`);
  assert.ok(gathered.bytes.length <= 200_000);
  assert.ok(gathered.take().every((byte, i) => byte === i % 256));
});

test('what was announced and came fills its buffer, whether small or large', () => {
  for (const size of [10, 1_000_000, 5_000_000, 64 * 1024 * 1024]) {
    const gathered = new Gathered();
    gathered.expect(size);
    const chunk = Buffer.alloc(65_536, 'x');
    for (let got = 0; got < size; got += chunk.length)
      gathered.add(chunk, 0, Math.min(chunk.length, size - got));
    const taken = gathered.take();
    assert.deepEqual([taken.length, taken.buffer.byteLength], [size, size]);
  }
});

test('announced room is taken as it is needed, and little is copied', () => {
  const gathered = new Gathered();
  gathered.expect(1_000_000_000);
  const chunk = Buffer.alloc(65_536);
  const rooms = new Set<number>();
  for (let got = 0; got < 100_000_000; got += chunk.length) {
    gathered.add(chunk, 0, chunk.length);
    rooms.add(gathered.bytes.length);
    assert.ok(gathered.bytes.length <= Math.max(2 ** 20, 8 * gathered.length));
  }
  assert.ok(rooms.size <= 4, [...rooms].join());
});

test('more than was announced is taken, too', () => {
  const gathered = new Gathered();
  gathered.expect(3);
  gathered.add(Buffer.from('abcdef'), 0, 6);
  assert.equal(gathered.take().toString(), 'abcdef');
});
