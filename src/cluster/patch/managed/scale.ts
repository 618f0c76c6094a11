import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { FieldSet, type Path } from '../fields/fieldset.ts';
import { idOf, type Owner, type Owners, readOwners, writeOwners } from './managers.ts';
import { pathsOf, type Write } from './ownership.ts';
import { updatedOwners } from './update.ts';

const scaleVersion = 'autoscaling/v1';
const scaleShape: TypedSchema = {
  schema: {
    type: 'object',
    properties: { spec: { type: 'object', properties: { replicas: { type: 'integer' } } } },
  },
  definitions: new Map(),
};
const scaleSet = FieldSet.of(...pathsOf([['spec', 'replicas']]));

/** Where the replicas stand in the object and what they become. */
export interface Scaling {
  readonly path: readonly string[];
  readonly before: number;
  readonly after: number;
}

/**
 * Who owns which field of an object after its scale was written (apimachinery's `ScaleHandler`): whoever changes the replicas owns
 * them, without a time, unless nobody did before. `write` is that of the object, with the subresource `scale`.
 */
export function scaleManaged(
  object: KubeObject,
  { path, before, after }: Scaling,
  write: Write,
): ManagedFieldsEntry[] {
  const owners = readOwners(object.metadata.managedFields);
  if (owners === undefined) return [...(object.metadata.managedFields ?? [])];
  const [place] = pathsOf([path]) as [Path];
  const asked = scaleOwners(owners, place);
  const scaleWrite = { ...write, apiVersion: scaleVersion };
  const scaled =
    asked.size === 0 ? asked : updatedOwners(asked, scaleOf(before), scaleOf(after), scaleShape, scaleWrite);
  return writeOwners(broughtBack(owners, scaled, place, write.apiVersion));
}

/** A Scale leaves out a zero. */
function scaleOf(replicas: number): JsonObject {
  return { spec: replicas === 0 ? {} : { replicas } };
}

/** The owners of the replicas as owners of the scale's. */
function scaleOwners(owners: Owners, path: Path): Owners {
  const found = new Map<string, Owner>();
  for (const owner of owners.values()) {
    if (!owner.set.has(path)) continue;
    const scale = { ...owner, apiVersion: scaleVersion, set: scaleSet };
    found.set(idOf(scale), scale);
  }
  return found;
}

/**
 * The object's owners with those of its scale. As in the real server, one that updates is told apart by its version and so not
 * recognized: it gives up the replicas and gets them back in an entry of its own.
 */
function broughtBack(owners: Owners, scaled: Owners, path: Path, apiVersion: string): Owners {
  const only = FieldSet.of(path);
  const left = new Map<string, Owner>();
  const rest = new Map(scaled);
  for (const [id, owner] of owners) {
    if (!owner.set.has(path) || rest.delete(id)) left.set(id, owner);
    else {
      const set = owner.set.difference(only);
      if (!set.empty) left.set(id, { ...owner, set });
    }
  }
  for (const [id, owner] of rest) {
    if (owner.set.empty) continue;
    left.set(id, { ...owner, apiVersion, time: owners.get(id)?.time, set: only });
  }
  return left;
}
