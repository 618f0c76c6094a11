import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, ours, type Outcome, reference } from './differential.ts';
import { Random } from './random.ts';
import { conversation } from './requests.ts';

/** Milliseconds to spend; `FUZZ_MS=60000 node --test test/fuzz/net` for a long run, `FUZZ_SEED` to repeat one. */
const budget = Number(process.env['FUZZ_MS'] ?? 2500);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 20_261_125);

/** What the listener does on purpose around node's parser, and the plain server does not; the lane takes none of it. */
const ownWays = /expect|content-encoding|https?:|connect|\nhost:(?:(?!\r\n\r\n)[^])*\nhost:/i;

/** The first thing wrong about our outcome, given node's. */
function wrong(sent: string, mine: Outcome, theirs: Outcome): string | undefined {
  const own = ownWays.test(sent.replaceAll(/connection/gi, ''));
  const compared = own ? mine.byLane : mine.seen.length;
  for (const [index, one] of mine.seen.slice(0, compared).entries()) {
    const other = theirs.seen[index];
    const found = other === undefined ? 'served, while node refuses it' : difference(one, other);
    if (found !== undefined) return `request ${index}${index < mine.byLane ? ' (lane)' : ''}: ${found}`;
  }
  if (own || mine.reset || theirs.reset) return undefined;
  // After an error that leaves the framing clear, node goes on; we never do. It also serves HTTP/0.9, which has no Host.
  const extra = theirs.seen[mine.seen.length];
  if (extra?.header('host') !== undefined && theirs.statuses.every(one => one === 200)) {
    return `request ${mine.seen.length}: node serves it, we do not`;
  }
  if (extra !== undefined) return undefined;
  const [a, b] = [mine.statuses, theirs.statuses];
  const answered = (statuses: readonly number[]): number => statuses.filter(one => one === 200).length;
  // The answer to HTTP/0.9, where node sends one, has no status.
  if (answered(a) !== mine.seen.length && a.join() !== b.join()) {
    return `${mine.seen.length} requests served, statuses ${a.join(' ')}`;
  }
  // An error that node's parser finds in the read that ends a body: node's own answer to it overtakes those still to come.
  if (answered(b) !== theirs.seen.length || a.at(-1) === b.at(-1)) return undefined;
  return `statuses ${a.join(' ')}, node ${b.join(' ')}`;
}

test('whatever the lane accepts, node:http accepts with the same meaning', async t => {
  const [listener, plain] = await Promise.all([ours(), reference()]);
  t.after(() => Promise.all([listener.close(), plain.close()]));
  let [conversations, requests, byLane] = [0, 0, 0];
  const until = performance.now() + budget;
  for (let seed = firstSeed; performance.now() < until; seed++) {
    const parts = conversation(new Random(seed));
    const [mine, theirs] = await Promise.all([listener.talk(parts), plain.talk(parts)]);
    const sent = parts.map(part => part.toString('latin1'));
    const found = wrong(sent.join(''), mine, theirs);
    assert.equal(found, undefined, `${found}; FUZZ_SEED=${seed} sent ${JSON.stringify(sent).slice(0, 3000)}`);
    conversations++;
    requests += mine.seen.length;
    byLane += mine.byLane;
  }
  t.diagnostic(`${conversations} conversations, ${requests} requests served, ${byLane} of them by the lane`);
  assert.ok(byLane > requests / 4 && byLane < requests, 'a fuzz that meets only one reader compares nothing');
});
