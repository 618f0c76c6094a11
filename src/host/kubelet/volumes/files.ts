import { messageOf } from '../../../base/errors/index.ts';
import { fieldOf, resourceOf, type Whereabouts } from '../fields.ts';
import type { DownwardFile, HostedPod, KeyPath, Projection } from '../shapes.ts';
import { configMapFiles, secretFiles, type Sources } from '../sources.ts';
import type { VolumeFile } from './atomic.ts';

/** A volume cannot be set up yet; the message is what a kubelet says. */
export class MountError extends Error {}

/** What the files of volumes are made of. */
export interface Material {
  readonly pod: HostedPod;
  readonly where: Whereabouts;
  readonly sources: Sources;
  /** A token for the pod's service account. */
  readonly token: (request: NonNullable<Projection['serviceAccountToken']>) => Promise<string>;
}

export type Files = Map<string, VolumeFile>;

const usualMode = 0o644;

/** The files of one source, by path. @throws MountError */
export async function filesOf(source: Projection, material: Material, mode = usualMode): Promise<Files> {
  const { pod, sources } = material;
  const { namespace = '' } = pod.metadata;
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap !== undefined) {
    const { name = '', items, optional = false } = configMap;
    const found = await sources.configMap(namespace, name);
    if (found === undefined && !optional) throw new MountError(`configmap ${JSON.stringify(name)} not found`);
    return chosen(found === undefined ? undefined : configMapFiles(found), items, optional, mode);
  }
  if (secret !== undefined) {
    const { name = '', items, optional = false } = secret;
    const found = await sources.secret(namespace, name);
    if (found === undefined && !optional) throw new MountError(`secret ${JSON.stringify(name)} not found`);
    return chosen(found === undefined ? undefined : secretFiles(found), items, optional, mode);
  }
  if (downwardAPI !== undefined) return downward(downwardAPI.items ?? [], material, mode);
  if (serviceAccountToken !== undefined) {
    const token = await material.token(serviceAccountToken).catch((error: unknown) => {
      throw new MountError(`failed to fetch token: ${messageOf(error)}`, { cause: error });
    });
    return new Map([[serviceAccountToken.path, { bytes: Buffer.from(token), mode: usualMode }]]);
  }
  throw new MountError('a projected source is of a kind that Davit does not know yet');
}

function chosen(
  all: Map<string, Buffer> | undefined,
  items: readonly KeyPath[] | undefined,
  optional: boolean,
  mode: number,
): Files {
  if (all === undefined) return new Map();
  if (items === undefined) return new Map([...all].map(([key, bytes]) => [key, { bytes, mode }]));
  const files: Files = new Map();
  for (const { key, path, mode: own = mode } of items) {
    const bytes = all.get(key);
    if (bytes !== undefined) files.set(path, { bytes, mode: own });
    else if (!optional) throw new MountError(`references non-existent config key: ${key}`);
  }
  return files;
}

function downward(items: readonly DownwardFile[], { pod, where }: Material, mode: number): Files {
  const files: Files = new Map();
  for (const { path, fieldRef, resourceFieldRef, mode: own = mode } of items) {
    const text =
      resourceFieldRef === undefined
        ? fieldOf(pod, fieldRef?.fieldPath ?? '', where)
        : resourceOf(pod, resourceFieldRef, where);
    files.set(path, { bytes: Buffer.from(text), mode: own });
  }
  return files;
}
