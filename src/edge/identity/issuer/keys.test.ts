import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { MemoryRecords } from '../index.ts';
import { defaultLifetimes } from './contract.ts';
import { KeyRing } from './keys.ts';

const hour = 3_600_000;
const start = 1_790_000_000_000;

interface Made {
  readonly ring: KeyRing;
  readonly records: MemoryRecords;
  readonly pass: (milliseconds: number) => void;
  readonly reopened: () => Promise<KeyRing>;
}

async function made(): Promise<Made> {
  let now = start;
  const records = new MemoryRecords(() => now);
  const reopened = (): Promise<KeyRing> => KeyRing.open(records, defaultLifetimes, () => now);
  return { ring: await reopened(), records, pass: milliseconds => void (now += milliseconds), reopened };
}

const claims = (now: number): Record<string, unknown> => {
  const issued = Math.floor(now / 1000);
  return { iss: 'http://x/dex', sub: 's', aud: 'a', iat: issued, exp: issued + 24 * 3600 };
};

function kidOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
}

const published = (ring: KeyRing): string[] => ring.published().map(({ kid }) => kid ?? '');

suite('keys', () => {
  test('look as Dex’s do, and tell nothing that is private', async () => {
    const { ring } = await made();
    const token = await ring.sign(claims(start));
    assert.deepEqual(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()), {
      alg: 'RS256',
      kid: kidOf(token),
    });
    assert.match(kidOf(token), /^[\da-f]{40}$/);
    for (const key of ring.published()) {
      assert.deepEqual(Object.keys(key), ['use', 'kty', 'kid', 'alg', 'n', 'e']);
      assert.equal(Buffer.from(key.n ?? '', 'base64url').length, 256);
    }
  });

  test('the next one is published before it signs, the last ones as long as their tokens live', async () => {
    const { ring, pass } = await made();
    const first = await ring.sign(claims(start));
    const before = published(ring);
    pass(6 * hour);
    const second = await ring.sign(claims(start + 6 * hour));
    assert.notEqual(kidOf(second), kidOf(first));
    assert.ok(before.includes(kidOf(second)), 'it was there already');
    pass(18 * hour - 1000);
    await ring.rotate();
    assert.ok(published(ring).includes(kidOf(first)));
    assert.notEqual(await ring.verify(first, 'http://x/dex'), undefined, 'the last second of its token');
    pass(13 * hour);
    await ring.rotate();
    assert.ok(!published(ring).includes(kidOf(first)));
  });

  test('under load, whoever fetched the keys within their time knows all that sign', async () => {
    const { ring, pass } = await made();
    for (let round = 0; round < 3; round++) {
      const known = createLocalJWKSet({ keys: ring.published() });
      const fresh = ring.freshFor() * 1000;
      const tokens: string[] = [];
      const worker = async (_: unknown, at: number): Promise<void> => {
        for (let time = 0; time < 10; time++) {
          if (at === 0 && time === 5) pass(fresh);
          tokens.push(await ring.sign(claims(start)));
        }
      };
      await Promise.all(Array.from({ length: 4 }, worker));
      assert.equal(new Set(tokens.map(kidOf)).size, 2, 'the key has changed meanwhile');
      for (const token of tokens) await jwtVerify(token, known, { currentDate: new Date(start) });
      assert.equal(published(ring).length, round + 3, 'one was made, not one for each that waited');
    }
  });

  test('outlive the process; those that no longer sign are kept without what they could sign with', async () => {
    const { ring, records, pass, reopened } = await made();
    const token = await ring.sign(claims(start));
    assert.deepEqual(published(await reopened()).toSorted(), published(ring).toSorted());
    pass(6 * hour);
    const later = await reopened();
    assert.notEqual(await later.verify(token, 'http://x/dex'), undefined);
    assert.notEqual(kidOf(await later.sign(claims(start))), kidOf(token));
    const row = records.get('signing-key', kidOf(token));
    const { jwk } = JSON.parse(row?.value ?? '{}') as { jwk: object };
    assert.deepEqual(Object.keys(jwk).toSorted(), ['e', 'kty', 'n']);
    assert.equal(records.list('signing-key').length, 3);
  });

  test('a process that ended between two steps of a change leaves keys that work', async () => {
    const { ring, records, reopened } = await made();
    const token = await ring.sign(claims(start));
    const next = published(ring).find(kid => kid !== kidOf(token)) ?? '';
    records.take('signing-key', next);
    const later = await reopened();
    assert.equal(published(later).length, 2);
    assert.equal(kidOf(await later.sign(claims(start))), kidOf(token));
  });
});
