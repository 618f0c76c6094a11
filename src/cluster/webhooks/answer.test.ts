import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Admission, AdmissionRequest } from '../admission/index.ts';
import { type KubeObject, StatusError } from '../meta/index.ts';
import { answerReview } from './answer.ts';

const pods = { resource: 'pods' } as AdmissionRequest['kind'];
const kindOf = (group: string, version: string, resource: string): AdmissionRequest['kind'] | undefined =>
  `${group}/${version}/${resource}` === '/v1/pods' ? pods : undefined;

const object = { metadata: { name: 'a', annotations: { 'x/y': '1', old: '2' } }, spec: { list: [1] } };

function review(more: object = {}): object {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return {
    apiVersion: 'admission.k8s.io/v1beta1',
    request: { uid: 'u', resource, operation: 'CREATE', namespace: 'ns', object, ...more },
  };
}

const changing: Admission = {
  name: 'changing',
  concerns: () => true,
  mutate: request => {
    request.warn('changed');
    const { metadata } = request.object as KubeObject;
    const annotations = { 'x/y': '3', new: '4' };
    return {
      ...request.object,
      metadata: { ...metadata, annotations },
      spec: { list: [1, 2] },
    } as KubeObject;
  },
};

const refusing: Admission = {
  name: 'refusing',
  concerns: () => true,
  validate: () => {
    throw new StatusError(403, 'Forbidden', 'admission webhook "refusing" denied the request: no');
  },
};

async function answered(
  steps: readonly Admission[],
  asked: 'mutate' | 'validate',
): Promise<Record<string, unknown>> {
  const answer = (await answerReview(steps, asked, review(), kindOf)) as {
    response: Record<string, unknown>;
  };
  return answer.response;
}

test('changes are the operations of a JSON patch, and warnings come along', async () => {
  const { patch, ...rest } = await answered([changing], 'mutate');
  assert.deepEqual(rest, { uid: 'u', allowed: true, patchType: 'JSONPatch', warnings: ['changed'] });
  assert.deepEqual(JSON.parse(Buffer.from(String(patch), 'base64').toString()), [
    { op: 'replace', path: '/metadata/annotations/x~1y', value: '3' },
    { op: 'remove', path: '/metadata/annotations/old' },
    { op: 'add', path: '/metadata/annotations/new', value: '4' },
    { op: 'replace', path: '/spec/list', value: [1, 2] },
  ]);
});

test('what changes nothing sends no patch', async () => {
  assert.deepEqual(await answered([refusing], 'mutate'), { uid: 'u', allowed: true });
});

test('a refusal is a status without the name of the webhook, which the API server says itself', async () => {
  const status = { status: 'Failure', message: 'no', code: 403, reason: 'Forbidden' };
  assert.deepEqual(await answered([refusing], 'validate'), { uid: 'u', allowed: false, status });
});

test('what is no review, or about a kind that is not known, is refused', async () => {
  const other = { resource: { group: 'a', version: 'v1', resource: 'bs' } };
  for (const [body, found] of [
    [null, /found the apiVersion ""/],
    [{ apiVersion: 'admission.k8s.io/v1' }, /found no request\.uid/],
    [review(other), /found the resource a\/v1 bs/],
  ] as const) {
    await assert.rejects(answerReview([], 'mutate', body, kindOf), found);
  }
});
