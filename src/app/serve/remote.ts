import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../base/log/index.ts';
import type { ValuesOf } from '../../base/settings/index.ts';
import type { fetchSettings } from '../../cli/index.ts';
import { fetchModel, withoutSecrets } from '../../model/storage/index.ts';
import { placesBy } from '../storage/places.ts';
import type { NamedPath } from './models.ts';

const isUri = /^[a-z][\w+.-]*:\/\//i;

/**
 * The models with those that lie elsewhere (`gs://`, `s3://`, `https://`, `file://`) brought here first, into the cache.
 * @throws what fetching throws, of the storage room
 */
export async function broughtHere(
  models: readonly NamedPath[],
  settings: ValuesOf<typeof fetchSettings>,
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<readonly NamedPath[]> {
  if (!models.some(({ path }) => isUri.test(path))) return models;
  const places = placesBy(settings, environment);
  const folder = join(places.cache, 'models');
  const stopped = new AbortController();
  process.once('SIGTERM', () => stopped.abort());
  return Promise.all(
    models.map(async model => {
      const [uri = '', object] = model.path.split('#', 2);
      if (!isUri.test(uri)) return model;
      const place = join(folder, createHash('sha256').update(uri).digest('hex').slice(0, 16));
      await mkdir(place, { recursive: true });
      log.info('fetching a model', { model: model.name, from: withoutSecrets(uri) });
      const tell = (text: string): void => log.info('fetching', { model: model.name, progress: text });
      await fetchModel(uri, place, { ...places, environment, tell, signal: stopped.signal });
      return { name: model.name, path: object === undefined ? place : `${place}#${object}` };
    }),
  );
}
