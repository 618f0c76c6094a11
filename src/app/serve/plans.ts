import { join } from 'node:path';
import type { PlanPlace } from '../../serve/index.ts';
import { placesBy } from '../storage/places.ts';
import type { ServeSettings } from './settings.ts';

/** Written by the build: a digest of all that turns files into plans. */
declare const DAVIT_TRANSLATION: string | undefined;

/** Where plans of large files are kept; nowhere when the sources run as they are, since they may have changed since. */
export function plansBy(settings: ServeSettings): PlanPlace | undefined {
  if (typeof DAVIT_TRANSLATION === 'undefined') return undefined;
  const { cache, limits } = placesBy(settings, process.env);
  return { folder: join(cache, 'plans'), build: DAVIT_TRANSLATION, limit: limits.cache };
}
