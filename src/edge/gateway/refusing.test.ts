import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../base/log/index.ts';
import { EventRecorder, ResourceClient, type Transport } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { resourceOf } from '../../cluster/view/index.ts';
import { Refusing } from './refusing.ts';
import type { Refused } from './routes/index.ts';

const object: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'mine', uid: 'u', generation: 1 },
};

/** An API that takes no Event: the log tells the same. */
const deaf: Transport = {
  ask: () => Promise.resolve({ status: 403, body: {} }),
  stream: async function* () {},
};

/** What is logged of lists that follow one another, and whether each is something else than the one before. */
function told(...lists: readonly (readonly Refused[])[]): { lines: string[]; differs: boolean[] } {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level: 'warning', format: 'json', colour: false, now: Date.now, write });
  const events = new EventRecorder(new ResourceClient(deaf, resourceOf('events')), 'tests', Date.now);
  const refusing = new Refusing(events, log);
  return { differs: lists.map(list => refusing.tell(list)), lines };
}

const stranger = { object, host: 'a.test', reason: 'stranger' } as const;
const own = { object, host: 'a.test', reason: 'gateway' } as const;

test('what is refused is told once, and again when it had not been for a while', () => {
  const { lines, differs } = told([stranger], [stranger], [], [stranger]);
  assert.deepEqual(differs, [true, false, true, true]);
  assert.equal(lines.length, 2);
});

test('a host that is refused for another reason is told anew', () => {
  const { lines, differs } = told([stranger], [own]);
  assert.deepEqual(differs, [true, true]);
  assert.match(lines[0] ?? '', /another namespace has to itself/);
  assert.match(lines[1] ?? '', /People reach the gateway itself/);
});
