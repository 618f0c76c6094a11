import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/index.ts';
import { convertedBy } from './converted.ts';

const original: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Foo',
  metadata: { name: 'a', namespace: 'ns', uid: 'u', labels: { x: '1' }, finalizers: ['a/b'] },
};
const good = { ...original, apiVersion: 'example.com/v2' };
const asked = { apiVersion: 'example.com/v2', uid: 'q', version: 'v1' } as const;

function answerOf(response: unknown, apiVersion = 'apiextensions.k8s.io/v1'): object {
  return { apiVersion, kind: 'ConversionReview', response };
}

function answer(...objects: readonly unknown[]): object {
  return answerOf({ uid: 'q', result: { status: 'Success' }, convertedObjects: objects });
}

function withMetadata(more: object): object {
  return { ...good, metadata: { ...good.metadata, ...more } };
}

test('metadata stays as it was, but for labels and annotations', () => {
  const turned = withMetadata({ labels: { y: '2' }, annotations: { z: '3' }, finalizers: [], generation: 9 });
  const [object] = convertedBy(answer(turned), { ...asked, objects: [original] });
  const { labels: _, ...kept } = original.metadata;
  assert.deepEqual(object, { ...good, metadata: { ...kept, labels: { y: '2' }, annotations: { z: '3' } } });
  const [bare] = convertedBy(answer(withMetadata({ labels: null })), { ...asked, objects: [original] });
  assert.deepEqual(bare?.metadata, kept);
});

const failures: readonly (readonly [what: string, body: unknown, message: string])[] = [
  [
    'no review',
    null,
    'failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got /, Kind=',
  ],
  [
    'another version of reviews',
    answerOf({}, 'apiextensions.k8s.io/v1beta1'),
    'failed: converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion',
  ],
  [
    'another kind of review',
    { ...answerOf({}), kind: 'AdmissionReview' },
    'failed: no kind "AdmissionReview" is registered for version "apiextensions.k8s.io/v1" in scheme "pkg/runtime/scheme.go:111"',
  ],
  ['no response', answerOf(undefined), 'failed: no response provided'],
  ['no kind', answer({ metadata: {} }), "Object 'Kind' is missing in '{\"metadata\":{}}'"],
  ['null', answer(null), 'unexpected end of JSON input'],
  ['a number', answer(7), 'json: cannot unmarshal number into Go value of type map[string]interface {}'],
  [
    'an answer to somebody else',
    answerOf({ uid: 'other' }),
    'failed: expected response.uid="q", got "other"',
  ],
  ['no result', answerOf({ uid: 'q' }), "failed: response.result.status was '', not 'Success'"],
  [
    'a failure with its reason',
    answerOf({ uid: 'q', result: { status: 'Failure', message: 'no' } }),
    'failed: no',
  ],
  [
    'a failure without one',
    answerOf({ uid: 'q', result: { status: 'Failure' } }),
    "failed: response.result.status was 'Failure', not 'Success'",
  ],
  ['too few objects', answer(), 'returned 0 objects, expected 1'],
  ['too many objects', answer(good, good), 'returned 2 objects, expected 1'],
  [
    'another version',
    answer(original),
    'returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v1)',
  ],
  [
    'another kind',
    answer({ ...good, kind: 'Bar' }),
    'returned invalid object at index 0: invalid kind (expected Foo, received Bar)',
  ],
  [
    'another name',
    answer(withMetadata({ name: 'b' })),
    'returned invalid object: must have the same name: a != b',
  ],
  [
    'another namespace',
    answer(withMetadata({ namespace: 'b' })),
    'returned invalid object: must have the same namespace: ns != b',
  ],
  [
    'another uid',
    answer(withMetadata({ uid: 'b' })),
    'returned invalid object: must have the same UID: u != b',
  ],
  [
    'labels that are no texts',
    answer(withMetadata({ labels: { x: 1 } })),
    'returned invalid metadata: metadata.labels[x] must be a string, but is int64 in converted object',
  ],
  [
    'labels that are a list',
    answer(withMetadata({ labels: [] })),
    'returned invalid metadata: invalid metadata.labels of type []interface {} in converted object',
  ],
  [
    'a label that is none',
    answer(withMetadata({ labels: { 'a b': '' } })),
    'returned invalid metadata: metadata.labels: Invalid value: "a b": ',
  ],
  [
    'an annotation that is none',
    answer(withMetadata({ annotations: { 'a b': '' } })),
    'returned invalid metadata: metadata.annotation: Invalid value: "a b": ',
  ],
];

for (const [what, body, message] of failures) {
  test(`${what} is told of`, () => {
    assert.throws(
      () => convertedBy(body, { ...asked, objects: [original] }),
      (error: Error) => error.message.startsWith(message) || assert.equal(error.message, message),
    );
  });
}

test('of several objects it is said which is wrong', () => {
  const both = { ...asked, objects: [original, original] };
  assert.throws(() => convertedBy(answer(good, original), both), {
    message:
      'returned invalid converted object at index 1: invalid groupVersion (expected example.com/v2, received example.com/v1)',
  });
  assert.throws(() => convertedBy(answer(good, withMetadata({ labels: 1 })), both), {
    message:
      'returned invalid metadata in object at index 1: invalid metadata.labels of type int64 in converted object',
  });
});

test('the older review neither says what it is nor whose answer it is', () => {
  const response = { result: { status: 'Success' }, convertedObjects: [good] };
  const [object] = convertedBy({ response }, { ...asked, version: 'v1beta1', objects: [original] });
  assert.deepEqual(object, good);
});
