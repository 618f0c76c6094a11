import { randomBytes } from 'node:crypto';
import type { Records } from '../../../edge/identity/index.ts';

/** Milliseconds after which a new key seals; the one before still opens. */
const sealsFor = 24 * 3_600_000;

interface SealingKey {
  readonly key: string;
  readonly made: number;
}

/** The secret of the client that gateways are to the built-in issuer; made once. */
export function clientSecret(records: Records): string {
  const known = records.get('secret', 'gateway-client');
  if (known !== undefined) return JSON.parse(known.value) as string;
  const secret = randomBytes(32).toString('base64url');
  keep(records, 'gateway-client', secret);
  return secret;
}

/** Milliseconds after which a key is kept again that the disk did not take. */
const retrying = 60_000;

/**
 * Keys that seal now, as `sealingKeys` has them; the records are asked again once the newest has sealed long enough. The first call
 * throws what they throw; later ones go on with the keys that are there.
 */
export function keptSealing(records: Records, now: () => number): () => readonly Uint8Array[] {
  let keys: readonly Uint8Array[] = [];
  let until = -Infinity;
  return () => {
    if (now() < until) return keys;
    try {
      ({ keys, until } = sealingKeys(records, now()));
    } catch (error) {
      if (keys.length === 0) throw error;
      until = now() + retrying;
    }
    return keys;
  };
}

/**
 * Keys that seal the state of logins under way, the one that seals first.
 * @param now milliseconds since 1970
 * @returns also until when they stay
 */
function sealingKeys(
  records: Records,
  now: number,
): { readonly keys: readonly Uint8Array[]; readonly until: number } {
  const row = records.get('secret', 'sealing');
  const known = row === undefined ? [] : (JSON.parse(row.value) as SealingKey[]);
  const [newest] = known;
  const isGood = newest !== undefined && newest.made + sealsFor > now;
  const fresh = { key: randomBytes(32).toString('base64'), made: now };
  const keys = isGood ? known : [fresh, ...known].slice(0, 2);
  if (!isGood) keep(records, 'sealing', keys);
  return {
    keys: keys.map(({ key }) => new Uint8Array(Buffer.from(key, 'base64'))),
    until: (isGood ? newest.made : now) + sealsFor,
  };
}

function keep(records: Records, id: string, value: unknown): void {
  records.put('secret', { id, value: JSON.stringify(value), owner: '', expires: Infinity });
}
