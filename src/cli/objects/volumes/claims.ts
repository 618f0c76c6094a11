import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { KubeObject } from '../../../cluster/meta/index.ts';
import { nearest } from '../../nearest.ts';
import { Complaint, isNotFound, throwAll } from '../failures.ts';
import { kindOf } from '../kinds.ts';
import { fetchItems } from '../reading.ts';
import type { Session } from '../session.ts';
import type { ClaimPath } from './places.ts';

/** A claim as the API has it. */
export interface Claim extends KubeObject {
  readonly spec?: { readonly volumeName?: string };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

interface Volume extends KubeObject {
  readonly spec?: {
    readonly hostPath?: { readonly path?: string };
    readonly local?: { readonly path?: string };
  };
}

/** The claims of a namespace; of all with an empty one. */
export async function claimsOf(namespace: string, session: Session): Promise<readonly Claim[]> {
  return all('persistentvolumeclaims', namespace, session);
}

/** Paths of volumes by the name of the volume; undefined for one that is no folder of a machine. */
export async function foldersOf(session: Session): Promise<ReadonlyMap<string, string | undefined>> {
  const volumes = (await all('persistentvolumes', '', session)) as readonly Volume[];
  return new Map(volumes.map(volume => [volume.metadata.name ?? '', pathOf(volume)]));
}

function pathOf({ spec }: Volume): string | undefined {
  return spec?.hostPath?.path ?? spec?.local?.path;
}

async function all(plural: string, namespace: string, session: Session): Promise<readonly KubeObject[]> {
  const kind = kindOf(plural, await session.kinds());
  const { items, failures } = await fetchItems([{ kind, namespace, name: undefined }], {}, session);
  throwAll(failures);
  return items;
}

/**
 * The folder of this machine that a claim has.
 * @param homes folders below which Davit makes volumes: what else an API names is not touched, since it may be another machine's
 * @throws Complaint, or what the API says
 */
export async function folderOf(
  { namespace = '', claim }: Omit<ClaimPath, 'path'>,
  homes: readonly string[],
  session: Session,
): Promise<string> {
  const kinds = await session.kinds();
  const wanted = { kind: kindOf('persistentvolumeclaims', kinds), namespace, name: claim };
  const { items, failures } = await fetchItems([wanted], {}, session);
  if (failures.some(isNotFound)) throw await unknownClaim(namespace, claim, session);
  throwAll(failures);
  const { spec, status } = items[0] as Claim;
  const { volumeName = '' } = spec ?? {};
  if (volumeName === '') {
    const phase = status?.phase ?? 'Pending';
    throw new Complaint(
      `the claim ${namespace}/${claim} is ${phase}, expected Bound: it has no volume yet (davit describe pvc ${claim} -n ${namespace} tells why)`,
    );
  }
  const volume = { kind: kindOf('persistentvolumes', kinds), namespace: '', name: volumeName };
  const found = await fetchItems([volume], {}, session);
  throwAll(found.failures);
  return checked(pathOf(found.items[0] as Volume), `${namespace}/${claim}`, homes);
}

async function checked(path: string | undefined, claim: string, homes: readonly string[]): Promise<string> {
  if (path === undefined) {
    throw new Complaint(`the volume of the claim ${claim} is no folder of a machine (hostPath, local)`);
  }
  if (!(await isMadeBy(path, homes))) {
    throw new Complaint(
      `the volume of the claim ${claim} is ${path}, expected a folder in ${homes.join(' or ')}, where Davit makes them. Name the data directory of the cluster with --data-dir; a folder that you gave the volume yourself is copied to with cp`,
    );
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable');
  if (typeof found === 'string' || !found.isDirectory()) {
    const why = typeof found === 'string' ? found : 'no folder';
    throw new Complaint(`the volume of the claim ${claim} is not here: ${path} (${why})`);
  }
  return path;
}

/** Whether a folder is one that Davit makes for a claim, and not only called so. */
export async function isMadeBy(path: string, homes: readonly string[]): Promise<boolean> {
  const real = (one: string): Promise<string> => realpath(one).catch(() => resolve(one));
  const folder = dirname(await real(path));
  return (await Promise.all(homes.map(real))).includes(folder);
}

async function unknownClaim(namespace: string, claim: string, session: Session): Promise<Complaint> {
  const names = (await claimsOf(namespace, session)).map(({ metadata }) => metadata.name ?? '');
  const guess = nearest(claim, names);
  const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
  const shown = names.toSorted().slice(0, 20).join(', ');
  const there = names.length === 0 ? 'it has none' : `it has ${shown}${names.length > 20 ? ', …' : ''}`;
  return new Complaint(`there is no claim "${claim}" in the namespace ${namespace}: ${there}${hint}`);
}

/** Where Davit makes folders for claims: below the data directory, and beside a kubeconfig that lies in one. */
export function volumeHomes(dataDir: string, kubeconfigs: readonly string[]): readonly string[] {
  const data = resolve(dataDir.replace(/^~(?=\/|$)/, homedir()));
  return [...new Set([data, ...kubeconfigs.map(dirname)])].map(folder => join(folder, 'volumes'));
}
