import { isStatusError, type KubeObject, sameJson } from '../../meta/index.ts';
import { type Cluster, controllerOf, type Plural } from '../../view/index.ts';
import { annotations, without } from './shapes.ts';

/** Another owner has an object of the name that is needed. */
export class NameTaken extends Error {}

/** Whose event it is that something was created, and how the event calls it. */
interface Told {
  readonly by: KubeObject;
  readonly kind?: string;
}

interface How {
  /** `given`: the server or others fill in fields of the spec, so that the wanted ones are compared alone. */
  readonly spec?: 'whole' | 'given';
  /** `shared`: labels and annotations that are not wanted are somebody else's, and stay. */
  readonly marks?: 'own' | 'shared';
  readonly told?: Told;
}

/**
 * Makes an object be as wanted: creates it, or changes what differs.
 * @throws NameTaken; StatusError of the server.
 */
export async function ensure(
  cluster: Cluster,
  plural: Plural,
  wanted: KubeObject,
  { spec = 'whole', marks = 'own', told }: How = {},
): Promise<KubeObject> {
  const { namespace = '', name = '' } = wanted.metadata;
  const found = cluster.informer(plural).get(`${namespace}/${name}`);
  if (found === undefined) return created(cluster, plural, wanted, told);
  if (found.metadata.deletionTimestamp !== undefined) return found;
  assertOwn(wanted, found);
  const metadata = marked(found, wanted, marks === 'shared' ? () => true : isForeign);
  const same = spec === 'whole' ? sameJson : contains;
  if (metadata === found.metadata && same(found['spec'], wanted['spec'])) return found;
  const rest = spec === 'whole' ? {} : (found['spec'] as object);
  return cluster
    .client(plural)
    .update({ ...found, metadata, spec: { ...rest, ...(wanted['spec'] as object) } });
}

/** @throws NameTaken when an object of that name belongs to somebody else. */
function assertOwn(wanted: KubeObject, found: KubeObject): void {
  const owner = controllerOf(wanted);
  if (owner === undefined || controllerOf(found)?.uid === owner.uid) return;
  throw new NameTaken(`There is an existing ${found.kind} "${found.metadata.name}" that we do not own.`);
}

/**
 * Creates an object; one of the same owner that has come meanwhile, and is not seen yet, is taken as it is.
 * @throws NameTaken; StatusError of the server.
 */
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
    const found = await client.get(namespace, name);
    assertOwn(wanted, found);
    return found;
  }
}

/** Writes a status where it says something new. */
export async function tell(
  cluster: Cluster,
  plural: Plural,
  object: KubeObject,
  status: object,
): Promise<void> {
  if (sameJson(status, object['status'])) return;
  await cluster.client(plural).update({ ...object, status }, 'status');
}

/** Why something could not be written. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** What a refusal to write says; what the next try may settle, as a conflict or a server that is not well, is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof NameTaken) return { reason: 'NotOwned', message: error.message };
  if (!isStatusError(error) || error.code < 400 || error.code >= 500) throw error;
  if (error.reason === 'Conflict' || error.reason === 'TooManyRequests') throw error;
  return { reason: error.reason ?? 'Refused', message: error.message };
}

/** What others write on objects of ours: which routes lead to them, and where the machine listens for a Service. */
const foreign: readonly string[] = [annotations.routes, 'davit.dev/listens-on'];

function isForeign(name: string): boolean {
  return foreign.includes(name);
}

/** Metadata with the labels and annotations wanted, and of others those that are kept; the same object where they are so. */
function marked(
  { metadata }: KubeObject,
  { metadata: wanted }: KubeObject,
  isKept: (name: string) => boolean,
): KubeObject['metadata'] {
  const both = (
    found: Readonly<Record<string, string>> = {},
    own: Readonly<Record<string, string>> = {},
  ): Record<string, string> => ({ ...without(found, name => !isKept(name)), ...own });
  const labels = both(metadata.labels, wanted.labels);
  const notes = both(metadata.annotations, wanted.annotations);
  const same = sameJson(labels, metadata.labels ?? {}) && sameJson(notes, metadata.annotations ?? {});
  return same ? metadata : { ...metadata, labels, annotations: notes };
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
