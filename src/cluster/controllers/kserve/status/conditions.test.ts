import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conditions } from './conditions.ts';

const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'];

function shown(conditions: Conditions): string[] {
  return conditions.list.map(
    one => `${one.type}=${one.status}${one.reason === undefined ? '' : ` ${one.reason}`}`,
  );
}

describe('Ready', () => {
  test('is unknown at first', () => {
    assert.deepEqual(shown(new Conditions([], early)), [
      'IngressReady=Unknown',
      'PredictorReady=Unknown',
      'Ready=Unknown',
    ]);
  });

  test('is true once all that decide it are', () => {
    const conditions = new Conditions([], early);
    conditions.set('PredictorReady', { status: 'True' });
    assert.ok(conditions.is('Ready', 'Unknown'));
    conditions.set('IngressReady', { status: 'True' });
    assert.ok(conditions.is('Ready', 'True'));
  });

  test('follows what fails, and an unknown one does not hide a failure', () => {
    const conditions = new Conditions([], early);
    conditions.set('PredictorReady', { status: 'False', reason: 'Broken' });
    conditions.set('IngressReady', { status: 'Unknown', reason: 'Waiting' });
    assert.equal(conditions.get('Ready')?.reason, 'Broken');
    conditions.set('IngressReady', { status: 'True' });
    assert.equal(conditions.get('Ready')?.reason, 'Broken');
  });

  test('is not decided by conditions for information', () => {
    const conditions = new Conditions([], early);
    conditions.set('PredictorReady', { status: 'True' });
    conditions.set('IngressReady', { status: 'True' });
    conditions.set('TransformerReady', { status: 'False', reason: 'Broken' });
    assert.ok(conditions.is('Ready', 'True'));
    assert.equal(conditions.get('TransformerReady')?.severity, 'Info');
  });
});

test('a condition keeps the time of its last change', () => {
  const before = new Conditions([], early);
  before.set('PredictorReady', { status: 'True' });
  const after = new Conditions(before.list, late);
  after.set('PredictorReady', { status: 'True', message: 'more' });
  assert.equal(after.get('PredictorReady')?.lastTransitionTime, early);
  after.set('PredictorReady', { status: 'False' });
  assert.equal(after.get('PredictorReady')?.lastTransitionTime, late);
});
