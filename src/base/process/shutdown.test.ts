import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { shutdownOnSignals } from './index.ts';

test('the first signal stops in order and ends with 0', async () => {
  const signals = new EventEmitter();
  const stopped: string[] = [];
  const code = await new Promise<number>(exit => {
    shutdownOnSignals({ stop: signal => Promise.resolve(void stopped.push(signal)), exit, signals });
    signals.emit('SIGTERM');
  });
  assert.deepEqual([code, stopped], [0, ['SIGTERM']]);
});

test('a second signal ends at once with the status of a killed program', () => {
  const signals = new EventEmitter();
  const codes: number[] = [];
  shutdownOnSignals({ stop: () => new Promise(() => {}), exit: code => void codes.push(code), signals });
  signals.emit('SIGTERM');
  assert.deepEqual(codes, []);
  signals.emit('SIGINT');
  assert.deepEqual(codes, [130]);
});

test('a stop that fails ends with 1', async () => {
  const signals = new EventEmitter();
  const code = await new Promise<number>(exit => {
    shutdownOnSignals({ stop: () => Promise.reject(new Error('no')), exit, signals });
    signals.emit('SIGINT');
  });
  assert.equal(code, 1);
});
