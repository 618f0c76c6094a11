import { messageOf } from '../../base/errors/index.ts';
import { fetchModel, type Fetching, withoutSecrets } from '../../model/storage/index.ts';
import { appErrors } from '../errors.ts';
import { boundsIn, destinationAt } from './destination.ts';
import { placesIn } from './places.ts';

export interface Pair {
  readonly source: string;
  readonly destination: string;
}

/** Pairs of a URI and a folder, as KServe's storage initializer takes them. @throws `storage-pairs` */
export function pairsOf(words: readonly string[]): readonly Pair[] {
  if (words.length === 0 || words.length % 2 === 1) {
    const found = `found ${words.length} words`;
    throw appErrors.make['storage-pairs'](`${found}, expected pairs of SOURCE and DESTINATION`);
  }
  return words.flatMap((source, at) => (at % 2 === 0 ? [{ source, destination: words[at + 1] ?? '' }] : []));
}

/** Fetches models into folders; resolves to an exit status. `tell` is told lines. */
export async function fetchPairs(
  pairs: readonly Pair[],
  environment: Readonly<Record<string, string | undefined>>,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  for (const { source, destination } of pairs) {
    const shown = withoutSecrets(source);
    tell(`Fetching ${shown} into ${destination}`);
    try {
      await fetchInto(source, destination, { ...placesIn(environment), environment, tell, signal });
    } catch (error) {
      const why = messageOf(error);
      tell(why.includes(shown) ? why : `Failed to fetch ${shown}: ${why}`);
      return 1;
    }
  }
  return 0;
}

/** Fetches one model into a folder, within the bounds that the environment names. @throws what fetching throws */
export async function fetchInto(source: string, destination: string, fetching: Fetching): Promise<void> {
  const bounds = boundsIn(fetching.environment);
  const held = await destinationAt(destination, bounds?.destinations);
  try {
    const { folder, beside } = held;
    const limited = {
      ...(beside !== undefined && { beside }),
      ...(bounds && { archivesIn: bounds.sources }),
    };
    await fetchModel(source, folder, { ...fetching, ...limited });
  } finally {
    await held.close();
  }
}
