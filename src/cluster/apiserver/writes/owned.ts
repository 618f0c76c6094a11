import { type JsonObject, type KubeObject, parseApiVersion } from '../../meta/index.ts';
import type { Write } from '../../patch/index.ts';
import type { KindCall } from '../call.ts';

/** Milliseconds that webhooks have for all questions of a write together. */
const mostTime = 30_000;

/** An object that is not known in a version yet. */
class Unturned extends Error {
  readonly object: KubeObject;
  readonly apiVersion: string;
  readonly key: string;

  constructor(object: KubeObject, apiVersion: string, key: string) {
    super(`not known in ${apiVersion}`);
    this.object = object;
    this.apiVersion = apiVersion;
    this.key = key;
  }
}

/**
 * Counts who owns what, where fields may be owned in other versions than the one of the request and only a webhook knows what an
 * object is in them. Counting is pure and does not wait: it is begun again with each answer, as often as it asks for another one, while
 * there is time and the client is there.
 */
export async function withVersions<Result>(
  { kind, parts, sink }: KindCall,
  count: (versions: Pick<Write, 'versions'>) => Result,
): Promise<Result> {
  const { converter } = kind;
  if (converter === undefined) return count({});
  const known = new Map<string, JsonObject>();
  const versions: Write['versions'] = apiVersion => {
    const { group, version } = parseApiVersion(apiVersion);
    const shape = parts.kinds.findKind(group, version, kind.kind)?.shape;
    if (shape === undefined) return undefined;
    const convert = (object: JsonObject): JsonObject => {
      const key = `${apiVersion} ${JSON.stringify(object)}`;
      const turned = known.get(key);
      if (turned !== undefined) return turned;
      throw new Unturned(object as unknown as KubeObject, apiVersion, key);
    };
    return { shape, convert };
  };
  const ending = new AbortController();
  sink.onAbort(() => ending.abort());
  const late = setTimeout(() => ending.abort(), mostTime);
  try {
    for (;;) {
      const counted = tried(() => count({ versions }));
      if (!(counted instanceof Unturned)) return counted;
      const [turned] = await converter.convert([counted.object], counted.apiVersion, ending.signal);
      known.set(counted.key, turned as unknown as JsonObject);
    }
  } finally {
    clearTimeout(late);
  }
}

/** What is counted, or what is not known yet. */
function tried<Result>(count: () => Result): Result | Unturned {
  try {
    return count();
  } catch (error) {
    if (error instanceof Unturned) return error;
    throw error;
  }
}
