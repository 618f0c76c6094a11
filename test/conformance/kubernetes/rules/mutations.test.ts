import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnsOf, rulesOf } from '../../../../src/cluster/kinds/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { recordings } from './recorded.ts';

/** Numbers in a fixed order (mulberry32), so that a failure can be seen again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A value of the same type that is not what was meant: things are missing, empty or odd. */
function damaged(value: unknown, next: () => number): unknown {
  if (typeof value === 'string')
    return next() < 0.2 ? ['', '-', 'a/b', '../..', '%', '__proto__'][Math.trunc(next() * 6)] : value;
  if (typeof value === 'number') return next() < 0.2 ? [0, -1, 2 ** 31 - 1][Math.trunc(next() * 3)] : value;
  if (Array.isArray(value)) {
    if (next() < 0.1) return [];
    return value.flatMap(item => {
      const extra = typeof item === 'object' && next() < 0.1 ? [{}] : [];
      return [...extra, damaged(item, next)];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(() => next() >= 0.08);
  return Object.fromEntries(entries.map(([key, one]) => [key, damaged(one, next)]));
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

describe('rules and columns of built-in kinds, over damaged objects', () => {
  const next = numbers(11);
  const context = { now: Date.parse('2026-01-01T00:00:00Z'), subresource: '' };

  it('never fail, never change what they are given, and find nothing more to fill the second time', () => {
    for (const { resource, body, sent } of recordings()) {
      const rules = rulesOf(resource);
      const whole = (body['kind'] === 'Status' ? sent : body) as unknown as KubeObject;
      for (let round = 0; round < 4; round++) {
        const { spec, status, ...rest } = whole as unknown as Record<string, unknown>;
        const parts = damaged(
          {
            ...rest,
            metadata: {},
            ...(spec !== undefined && { spec }),
            ...(status !== undefined && { status }),
          },
          next,
        );
        const object = frozen({
          ...(parts as object),
          apiVersion: whole.apiVersion,
          kind: whole.kind,
          metadata: whole.metadata,
        });
        const once = frozen(rules.complete?.(object) ?? object);
        assert.deepEqual(rules.complete?.(once) ?? once, once);
        const made = frozen(rules.prepareCreate?.(once, context) ?? once);
        rules.validateCreate?.(made, context);
        const changed = frozen(rules.prepareUpdate?.(made, frozen(whole), context) ?? made);
        rules.validateUpdate?.(changed, whole, context);
        rules.validateUpdate?.(changed, whole, { ...context, subresource: 'status' });
        rules.warnings?.(made, undefined);
        rules.grace?.(made, undefined);
        for (const column of columnsOf(resource)) column.cell(made, context.now);
      }
    }
  });
});
