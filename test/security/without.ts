/**
 * Loaded before a program (`node --import`), leaves a guard out of the source as it is read. DAVIT_WITHOUT names it: a list of file, text,
 * and what stands in its place.
 */
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [file = '', text = '', instead = ''] = JSON.parse(process.env['DAVIT_WITHOUT'] ?? '[]') as string[];
const place = pathToFileURL(join(dirname(dirname(import.meta.dirname)), file)).href;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (url !== place || loaded.source === undefined || loaded.source === null) return loaded;
    const source =
      typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: source.split(text).join(instead) };
  },
});
