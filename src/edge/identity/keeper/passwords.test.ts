import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { hashSync } from 'bcryptjs';
import { CodedError } from '../../../base/errors/index.ts';
import { MemoryRecords, type Person } from '../index.ts';
import { bcryptCost, KeptPeople, PasswordThread } from './index.ts';

/** Cheap ones: what is tested is not how long they take. */
const passwords = new PasswordThread({ cost: 10, unknownCost: 10 });
after(() => passwords.close());

function refuses(code: string): (error: unknown) => boolean {
  return error => error instanceof CodedError && error.code === code;
}

suite('passwords', () => {
  test('a password matches its own hash, and no other one', async () => {
    const hash = await passwords.hash('correct horse');
    assert.equal(bcryptCost(hash), 10);
    assert.equal(await passwords.check('correct horse', hash), true);
    assert.equal(await passwords.check('correct horsf', hash), false);
    assert.equal(await passwords.check('correct horse', undefined), false);
  });

  test('the hash of Kubeflow’s manifests is understood, in each spelling of bcrypt', async () => {
    const hash = '$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72';
    assert.equal(await passwords.check('12341234', hash), true);
    assert.equal(await passwords.check('12341235', hash), false);
    const own = hashSync('secret words', 10);
    for (const version of ['$2a', '$2b', '$2y']) {
      assert.equal(await passwords.check('secret words', own.replace(/^\$2./, version)), true, version);
    }
  });

  for (const [what, hash] of [
    ['cheap one', `$2b$09${hashSync('secret words', 10).slice(6)}`],
    ['dear one', `$2b$17${hashSync('secret words', 10).slice(6)}`],
    ['text that is none', 'secret words'],
    ['empty one', ''],
  ] as const) {
    test(`a hash that counts for nothing matches nothing: a ${what}`, async () => {
      assert.equal(bcryptCost(hash), undefined);
      assert.equal(await passwords.check('secret words', hash), false);
    });
  }

  test('bcrypt reads 72 bytes; a password of any length is answered', async () => {
    const hash = hashSync('x'.repeat(72), 10);
    assert.equal(await passwords.check('x'.repeat(80), hash), true);
    assert.equal(await passwords.check('x'.repeat(100_000), hash), false);
    assert.equal(await passwords.check('', hash), false);
    assert.equal(await passwords.check('\0', hash), false);
  });

  test('a thread without work ends, and the next check has another', async () => {
    const thread = new PasswordThread({ cost: 10, rest: 1 });
    const hash = await thread.hash('secret words');
    // Its time goes on only while somebody else keeps the process.
    while (thread.isThere) await new Promise(resolve => setTimeout(resolve, 1));
    assert.equal(await thread.check('secret words', hash), true);
    await thread.close();
  });

  test('checks that wait are bounded; those beyond are told, and the others answered', async () => {
    const thread = new PasswordThread({ unknownCost: 10 });
    const asked = Array.from({ length: 40 }, () => thread.check('x', undefined));
    const done = await Promise.allSettled(asked);
    const told = done.filter(({ status }) => status === 'rejected');
    assert.equal(told.length, 8);
    for (const one of told) assert.ok(refuses('passwords-busy')((one as PromiseRejectedResult).reason));
    assert.equal(await thread.check('x', undefined), false);
    await thread.close();
  });

  test('whoever waits when the thread ends is told, and the next check starts another', async () => {
    const thread = new PasswordThread({ unknownCost: 10 });
    const waiting = assert.rejects(thread.check('x', undefined), /has ended/);
    await thread.close();
    await waiting;
    assert.equal(await thread.check('x', undefined), false);
    await thread.close();
  });
});

suite('people', () => {
  const given: Person = {
    email: 'file@example.com',
    userId: '1',
    username: 'file',
    groups: ['staff'],
    hash: hashSync('from a file', 10),
  };
  const made = (): KeptPeople => new KeptPeople(new MemoryRecords(Date.now), passwords, [given]);
  const ada = { email: 'Ada@Example.com', password: 'long enough', groups: ['research'] };

  test('somebody who is added can log in, in whatever case he writes his address', async () => {
    const people = made();
    const { userId } = await people.add(ada);
    const found = people.find('ADA@example.COM');
    assert.deepEqual(found && { ...found, hash: '' }, {
      email: 'ada@example.com',
      userId,
      username: 'ada',
      groups: ['research'],
      hash: '',
    });
    assert.equal(await passwords.check(ada.password, found?.hash), true);
    assert.deepEqual(
      people.list().map(({ email, from }) => [email, from]),
      [
        ['ada@example.com', 'added'],
        ['file@example.com', 'file'],
      ],
    );
  });

  test('two who add the same person at once: one is told that there is one', async () => {
    const people = made();
    const done = await Promise.allSettled([people.add(ada), people.add(ada)]);
    assert.deepEqual(done.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  });

  test('a password is changed, and somebody removed', async () => {
    const people = made();
    const before = (await people.add(ada)).userId;
    await people.setPassword('ada@EXAMPLE.com', 'something else');
    const found = people.find('ada@example.com');
    assert.equal(found?.userId, before);
    assert.equal(await passwords.check('something else', found.hash), true);
    assert.equal(await passwords.check(ada.password, found.hash), false);
    people.remove('ada@example.com');
    assert.equal(people.find('ada@example.com'), undefined);
  });

  test('who stands in a file is changed there', async () => {
    const people = made();
    await assert.rejects(people.setPassword(given.email, 'long enough'), refuses('user-of-file'));
    assert.throws(() => people.remove(given.email), refuses('user-of-file'));
    await assert.rejects(people.add({ ...ada, email: given.email }), refuses('user-exists'));
    assert.throws(() => people.remove('nobody@example.com'), refuses('user-unknown'));
  });

  for (const email of [
    '',
    'ada',
    '@example.com',
    'ada@',
    'a b@example.com',
    'a@b@c',
    'system:admin@x y',
    'a\n@b',
    'a:b@c',
    `${'x'.repeat(250)}@b.cd`,
  ]) {
    test(`nobody has the address ${JSON.stringify(email.slice(0, 20))}`, async () => {
      await assert.rejects(made().add({ ...ada, email }), refuses('user-invalid'));
    });
  }

  for (const group of ['', 'system:masters', 'a,b', 'a\nb', 'x'.repeat(257)]) {
    test(`nobody is in the group ${JSON.stringify(group.slice(0, 20))}`, async () => {
      await assert.rejects(made().add({ ...ada, groups: [group] }), refuses('user-invalid'));
    });
  }

  for (const password of ['', 'seven77', 'ü'.repeat(37), 'x'.repeat(73), 'with\0nothing']) {
    test(`no new password is ${JSON.stringify(password.slice(0, 20))}`, async () => {
      await assert.rejects(made().add({ ...ada, password }), refuses('password-refused'));
    });
  }
});
