import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, printable, type Level } from './index.ts';

function lines(
  format: 'pretty' | 'json',
  level: Level,
  write: (log: ReturnType<typeof createLog>) => void,
): string[] {
  const out: string[] = [];
  write(createLog({ level, format, colour: false, now: () => 0, write: line => void out.push(line) }));
  return out;
}

test('JSON is one object a line, without undefined fields', () => {
  const [line] = lines('json', 'info', log =>
    log.info('model\nready', { model: 'iris', ms: 3, why: undefined }),
  );
  assert.equal(
    line,
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"model\\nready","model":"iris","ms":3}\n',
  );
});

test('levels below the least are dropped', () => {
  const kept = lines('json', 'warning', log => {
    log.debug('a');
    log.info('b');
    log.warning('c');
    log.error('d');
  });
  assert.deepEqual(
    kept.map(line => (JSON.parse(line) as { event: string }).event),
    ['c', 'd'],
  );
});

test('a value cannot forge a line or steer the terminal', () => {
  const [line, ...more] = lines('pretty', 'info', log =>
    log.info('x', { target: '/a\n12:00:00 error forged\u001B[2J' }),
  );
  assert.deepEqual(more, []);
  assert.match(line as string, /target="\/a\\n12:00:00 error forged\\u001b\[2J"\n$/);
});

test('nothing steers the terminal in one character either, in a value or in an event', () => {
  const [line, ...more] = lines('pretty', 'info', log =>
    log.info('--a\n\u009B31m has no effect', { class: 'x\u009B2J\u007F\u0085' }),
  );
  assert.deepEqual(more, []);
  assert.match(line as string, /info {4}--a\\n\\u009b31m has no effect class="x\\u009b2J\\u007f\\u0085"\n$/);
});

test('printable text stays as it is', () => {
  assert.equal(printable('naïve ✓ \u00A0"=\\'), 'naïve ✓ \u00A0"=\\');
});
