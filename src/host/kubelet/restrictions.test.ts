import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restrictions } from './restrictions.ts';
import type { SecurityContext } from './shapes.ts';

const restricted = (
  ofPod: SecurityContext,
  ofContainer: SecurityContext,
  user = '',
): ReturnType<typeof restrictions> => {
  const metadata = { name: 'one', namespace: 'team', uid: '7' };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], securityContext: ofPod } };
  return restrictions(pod, { name: 'main', securityContext: ofContainer }, { user });
};

test('a container that is not to run as root does not', () => {
  const yes = { runAsNonRoot: true };
  for (const [pod, container, image, why] of [
    [
      yes,
      {},
      '',
      /container has runAsNonRoot and image will run as root \(pod: "one_team\(7\)", container: main\)$/,
    ],
    [yes, {}, '0:5', /image will run as root/],
    [yes, {}, '000', /image will run as root/],
    [{}, yes, ':5', /image will run as root/],
    [yes, {}, 'root', /non-numeric user \(root\), cannot verify user is non-root/],
    [yes, {}, 'nobody:nobody', /non-numeric user \(nobody\)/],
    [{ ...yes, runAsUser: 0 }, {}, '5', /container's runAsUser breaks non-root policy/],
    [{ ...yes, runAsUser: 5 }, { runAsUser: 0 }, '5', /breaks non-root policy/],
  ] as const) {
    assert.throws(() => restricted(pod, container, image), why);
  }
  for (const [pod, container, image, user] of [
    [yes, {}, '1000:1000', undefined],
    [yes, { runAsUser: 5 }, 'root', '5'],
    [yes, { runAsNonRoot: false }, '', undefined],
    [{ runAsUser: 0 }, {}, '', '0'],
  ] as const) {
    assert.equal(restricted(pod, container, image).user, user);
  }
});
