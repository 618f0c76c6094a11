import type { Booster } from './booster.ts';
import { readDump } from './dump.ts';
import { lightgbmErrors } from './errors.ts';
import { looksLikeDump, looksLikeText } from './recognise.ts';
import { readText } from './text.ts';

/**
 * Reads a model of LightGBM: text of any version, or a JSON dump; content decides.
 * @throws `lightgbm-malformed`, `lightgbm-truncated`, `lightgbm-unsupported`, `lightgbm-too-large`
 */
export function readBooster(bytes: Uint8Array): Booster {
  if (looksLikeText(bytes)) return readText(bytes);
  if (looksLikeDump(bytes)) return readDump(bytes);
  throw lightgbmErrors.make['lightgbm-malformed'](
    'found neither a text model (key=value lines) nor a JSON dump ("tree_info") of LightGBM',
  );
}
