import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, Head } from '../../../base/net/index.ts';
import type { Known } from '../../identity/index.ts';
import { PassedHead } from './passed.ts';

const fields: readonly Field[] = [
  ['Host', 'a.test'],
  ['Cookie', 'authservice_session=s; a=1'],
  ['cookie', 'davit_login_x=1'],
  ['Authorization', 'Bearer s'],
  ['Kubeflow_Userid', 'root'],
  ['X-Empty', ''],
];
const head: Head = {
  header: name => fields.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1],
  fields: () => fields,
};

function known(name: string, groups: readonly string[]): Known {
  return { user: { name, groups }, credential: { kind: 'session', id: 'x' }, expires: 0 };
}

test('who asks is said once, in bytes that end no field, and no group is read as two', () => {
  const somebody = known('개발\r\nX-Evil: 1', ['system:authenticated', 'a', 'b,admin']);
  const passed = new PassedHead(head, { known: somebody, spoken: true, shown: undefined });
  const told = new Map(passed.fields());
  assert.equal(Buffer.from(told.get('kubeflow-userid') ?? '', 'latin1').toString(), '개발X-Evil: 1');
  assert.equal(told.get('kubeflow-groups'), 'a');
  assert.deepEqual([...told.keys()], ['Host', 'Cookie', 'X-Empty', 'kubeflow-userid', 'kubeflow-groups']);
  assert.deepEqual([told.get('Cookie'), passed.header('cookie')], ['a=1', 'a=1']);
  assert.equal(passed.header('Authorization'), undefined);
});

test('what asks for itself is shown the credential that was checked, in one form', () => {
  const passed = new PassedHead(head, { known: known('a', []), spoken: false, shown: 'checked' });
  const shown = passed.fields().filter(([name]) => name.toLowerCase() === 'authorization');
  assert.deepEqual(shown, [['authorization', 'Bearer checked']]);
  assert.equal(passed.header('authorization'), 'Bearer checked');
});

test('a credential that was not ours is for whoever is behind', () => {
  const passed = new PassedHead(head, { known: undefined, spoken: false, shown: undefined });
  assert.equal(passed.header('authorization'), 'Bearer s');
  assert.equal(passed.header('kubeflow-userid'), undefined);
});

test('a credential that was not looked at, because another one was, goes no further', () => {
  const rows: readonly (readonly [sent: readonly Field[], passed: readonly string[]])[] = [
    [
      [
        ['Authorization', 'Basic x'],
        ['X-Auth-Token', 'session'],
      ],
      ['Authorization: Basic x'],
    ],
    [
      [
        ['Authorization', 'Bearer of-theirs'],
        ['x-auth-token', 'session'],
      ],
      ['Authorization: Bearer of-theirs'],
    ],
    [
      [
        ['Authorization', 'Bearer of-theirs'],
        ['authorization', 'Bearer session'],
      ],
      [],
    ],
    [[['X-Auth-Token', 'of-theirs']], ['X-Auth-Token: of-theirs']],
  ];
  for (const [sent, expected] of rows) {
    const asking: Head = {
      header: name => sent.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1],
      fields: () => sent,
    };
    const passed = new PassedHead(asking, { known: undefined, spoken: false, shown: undefined });
    assert.deepEqual(
      passed.fields().map(field => field.join(': ')),
      expected,
    );
    assert.equal(
      passed.header('x-auth-token'),
      expected.some(one => one.startsWith('X-Auth')) ? 'of-theirs' : undefined,
    );
    const inside = new PassedHead(asking, {
      known: undefined,
      spoken: false,
      shown: undefined,
      inside: true,
    });
    assert.deepEqual(inside.fields(), sent);
  }
});

test('what a client wants dropped on the way is told the same, field by field and one by one', () => {
  const said: readonly Field[] = [['Connection', 'close, Kubeflow-Userid, x-other']];
  const asking: Head = { header: () => said[0]?.[1], fields: () => said };
  const passed = new PassedHead(asking, { known: undefined, spoken: false, shown: undefined });
  assert.equal(passed.header('connection'), 'close, x-other');
  assert.deepEqual(passed.fields(), [['Connection', 'close, x-other']]);
});
