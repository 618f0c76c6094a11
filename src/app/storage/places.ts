import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { fetchSettings } from '../../cli/index.ts';
import type { Fetching } from '../../model/storage/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where what is fetched is kept, and how much of it there may be, by settings. */
export function placesBy(
  { cache, modelLimit, cacheLimit }: ValuesOf<typeof fetchSettings>,
  env: Environment,
): Required<Pick<Fetching, 'cache' | 'limits'>> {
  const usual = join(env['HOME'] ?? homedir(), '.davit', 'cache');
  return {
    cache: cache === undefined ? usual : resolve(cache),
    limits: { model: modelLimit, cache: cacheLimit },
  };
}

/** The same for an init container, which is told by its environment alone. @throws `settings-value` */
export function placesIn(env: Environment): Required<Pick<Fetching, 'cache' | 'limits'>> {
  return placesBy(readSettings(fetchSettings, new Map(), env), env);
}
