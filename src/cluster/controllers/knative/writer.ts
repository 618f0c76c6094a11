import { isDeepStrictEqual } from 'node:util';
import { isStatusError, type KubeObject } from '../../meta/index.ts';
import { type Cluster, controllerOf, type Plural } from '../../view/index.ts';

/** Another owner has an object of the name that is needed. */
export class NameTaken extends Error {}

/** Whose event it is that something was created, and how the event calls it. */
interface Told {
  readonly by: KubeObject;
  readonly kind?: string;
}

/**
 * Makes an object be as wanted: creates it, or changes what differs. `given` says that the server or others fill in fields of its
 * spec, so that the wanted ones are compared alone; otherwise the spec is the wanted one and nothing else.
 * @throws NameTaken; StatusError of the server.
 */
export async function ensure(
  cluster: Cluster,
  plural: Plural,
  wanted: KubeObject,
  given: 'whole' | 'given' = 'whole',
  told?: Told,
): Promise<KubeObject> {
  const { namespace = '', name = '' } = wanted.metadata;
  const found = cluster.informer(plural).get(`${namespace}/${name}`);
  if (found === undefined) return created(cluster, plural, wanted, told);
  if (found.metadata.deletionTimestamp !== undefined) return found;
  const owner = controllerOf(wanted);
  if (owner !== undefined && controllerOf(found)?.uid !== owner.uid) {
    throw new NameTaken(`There is an existing ${found.kind} "${name}" that we do not own.`);
  }
  const changed = given === 'whole' ? whole(found, wanted) : partly(found, wanted);
  return changed === undefined ? found : cluster.client(plural).update(changed);
}

/** Creates an object; one that has come meanwhile, and is not seen yet, is taken as it is. */
export async function created<Item extends KubeObject>(
  cluster: Cluster,
  plural: Plural,
  wanted: Item,
  told?: Told,
): Promise<Item> {
  const { namespace = '', name = '' } = wanted.metadata;
  const client = cluster.client<Item>(plural);
  try {
    const made = await client.create(wanted);
    if (told !== undefined) {
      const message = `Created ${told.kind ?? wanted.kind} "${name}"`;
      void cluster.events.record(told.by, 'Normal', 'Created', message);
    }
    return made;
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    return client.get(namespace, name);
  }
}

/** Writes a status where it says something new. */
export async function tell(
  cluster: Cluster,
  plural: Plural,
  object: KubeObject,
  status: object,
): Promise<void> {
  const clean = JSON.parse(JSON.stringify(status)) as object;
  if (isDeepStrictEqual(clean, object['status'])) return;
  await cluster.client(plural).update({ ...object, status: clean }, 'status');
}

/** What a failure to write says; a conflict, which the next look settles, is thrown on. */
export function failureOf(error: unknown): string {
  if (isStatusError(error) && error.reason === 'Conflict') throw error;
  return error instanceof Error ? error.message : String(error);
}

function whole(found: KubeObject, wanted: KubeObject): KubeObject | undefined {
  const metadata = marked(found, wanted);
  const same = metadata === found.metadata && isDeepStrictEqual(found['spec'], plain(wanted['spec']));
  return same ? undefined : { ...found, metadata, spec: wanted['spec'] };
}

function partly(found: KubeObject, wanted: KubeObject): KubeObject | undefined {
  const metadata = marked(found, wanted);
  if (metadata === found.metadata && contains(found['spec'], plain(wanted['spec']))) return undefined;
  return { ...found, metadata, spec: { ...(found['spec'] as object), ...(wanted['spec'] as object) } };
}

/** Metadata with the labels and annotations wanted; the same object where they are there. */
function marked({ metadata }: KubeObject, { metadata: wanted }: KubeObject): KubeObject['metadata'] {
  if (contains(metadata.labels, wanted.labels) && contains(metadata.annotations, wanted.annotations)) {
    return metadata;
  }
  return {
    ...metadata,
    labels: { ...metadata.labels, ...wanted.labels },
    annotations: { ...metadata.annotations, ...wanted.annotations },
  };
}

/** Whether a value has everything of another one; lists are as long. */
function contains(value: unknown, part: unknown): boolean {
  if (part === undefined) return true;
  if (part === null || typeof part !== 'object') return value === part;
  if (value === null || typeof value !== 'object') return Object.keys(part).length === 0;
  if (Array.isArray(part)) {
    return (
      Array.isArray(value) &&
      value.length === part.length &&
      part.every((one, index) => contains(value[index], one))
    );
  }
  return Object.entries(part).every(([key, inner]) =>
    contains((value as Readonly<Record<string, unknown>>)[key], inner),
  );
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
