import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StatusError } from '../../meta/index.ts';
import { unknownPatchFields } from './operations.ts';
import { jsonPatch } from './patch.ts';

const document = { a: { 'b/c': [1, 2, 3], 'm~n': 'x' }, n: null };

function refusal(patch: unknown, value: unknown = document): StatusError {
  try {
    jsonPatch(value, patch);
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('was applied');
}

describe('JSON patch', () => {
  test('changes what the operations name and nothing else', () => {
    const result = jsonPatch(document, [
      { op: 'test', path: '/a/b~1c/0', value: 1 },
      { op: 'add', path: '/a/b~1c/1', value: 'new' },
      { op: 'add', path: '/a/b~1c/-', value: 'last' },
      { op: 'replace', path: '/a/m~0n', value: 'y' },
      { op: 'remove', path: '/a/b~1c/0' },
      { op: 'copy', from: '/a/m~0n', path: '/copied' },
      { op: 'move', from: '/a/b~1c/0', path: '/moved' },
    ]);
    assert.deepEqual(result, {
      a: { 'b/c': [2, 3, 'last'], 'm~n': 'y' },
      n: null,
      copied: 'y',
      moved: 'new',
    });
    assert.deepEqual(document, { a: { 'b/c': [1, 2, 3], 'm~n': 'x' }, n: null });
  });

  test('replaces and copies keys that are absent, as the real server does, and counts indices from the end', () => {
    const patch = [
      { op: 'replace', path: '/new', value: 1 },
      { op: 'copy', from: '/absent', path: '/null' },
      { op: 'remove', path: '/a/b~1c/-1' },
      { op: 'test', path: '/absent', value: null },
    ];
    assert.deepEqual(jsonPatch(document, patch), {
      a: { 'b/c': [1, 2], 'm~n': 'x' },
      n: null,
      new: 1,
      null: null,
    });
  });

  test('a copy is a copy', () => {
    const patch = [
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/b~1c/-', value: 4 },
    ];
    assert.deepEqual((jsonPatch(document, patch) as { a: object }).a, document.a);
  });

  for (const [name, patch] of Object.entries({
    'a test that fails (json-patch-test-fails)': [{ op: 'test', path: '/a', value: 1 }],
    'a path that is missing (json-patch-missing-path)': [{ op: 'replace', path: '/nope/x', value: 1 }],
    'a key that is missing (json-patch-remove-missing)': [{ op: 'remove', path: '/nope' }],
    'an operation that is unknown (json-patch-bad-op)': [{ op: 'frob', path: '/a' }],
    'no path': [{ op: 'add', value: 1 }],
    'no operation': [null],
    'an index that is too large': [{ op: 'add', path: '/a/b~1c/5', value: 1 }],
    'an index that is none': [{ op: 'replace', path: '/a/b~1c/x', value: 1 }],
    'a step into a scalar': [{ op: 'add', path: '/a/m~0n/x', value: 1 }],
    'the whole document removed': [{ op: 'remove', path: '' }],
  })) {
    test(`refuses ${name} without saying why`, () => {
      const { status } = refusal(patch);
      assert.deepEqual(status, {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'the server rejected our request due to an error in our request',
        reason: 'Invalid',
        details: {},
        code: 422,
      });
    });
  }

  test('says in the words of Go what is no list of operations', () => {
    const of = (patch: unknown): string => refusal(patch).message;
    const begin = 'error decoding patch: json: cannot unmarshal';
    assert.equal(of({ op: 'add' }), `${begin} object into Go value of type []handlers.jsonPatchOp`);
    assert.equal(of([1]), `${begin} number into Go value of type handlers.jsonPatchOp`);
    assert.equal(
      of([{ op: 'add', path: 3 }]),
      `${begin} number into Go struct field jsonPatchOp.path of type string`,
    );
  });

  test('names fields that no operation has', () => {
    const patch = [
      { op: 'add', path: '/a', value: 1, zzz: 1, Op: 'q' },
      null,
      { op: 'test', path: '/a', yyy: 1 },
    ];
    assert.deepEqual(unknownPatchFields(patch), [
      'json patch unknown field "[0].zzz"',
      'json patch unknown field "[0].Op"',
      'json patch unknown field "[2].yyy"',
    ]);
  });

  test('bears what is meant to hurt', () => {
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/n', value: null }));
    assert.equal(refusal(many).code, 413);
    const doubling = Array.from({ length: 5000 }, () => ({ op: 'copy', from: '/a', path: '/a/again' }));
    assert.equal(refusal(doubling).code, 422);
    const deep = Array.from({ length: 1500 }, (_, depth) => ({
      op: 'add',
      path: '/d'.repeat(depth + 1),
      value: {},
    }));
    assert.equal(refusal(deep).code, 422);
    const keys = Array.from({ length: 10_000 }, (_, index) => ({ op: 'add', path: `/k${index}`, value: 1 }));
    assert.equal(Object.keys(jsonPatch({}, keys) as object).length, 10_000);
  });

  test('keys of every object are keys like any other', () => {
    const patch = [{ op: 'add', path: '/__proto__', value: { x: 1 } }];
    const result = jsonPatch({}, patch) as object;
    assert.ok(Object.hasOwn(result, '__proto__'));
    assert.equal(Object.getPrototypeOf(result), Object.prototype);
    assert.equal(refusal([{ op: 'remove', path: '/constructor' }]).code, 422);
  });
});
