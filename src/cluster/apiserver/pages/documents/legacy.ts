import { groupPriority, type Kind, type Kinds } from '../../../kinds/index.ts';
import { apiVersionOf, type JsonObject } from '../../../meta/index.ts';

type Group = Kinds['groups'][number];

/** `/api`. `address` is where clients reach the server: `127.0.0.1:6443`. */
export function apiVersions(address: string): JsonObject {
  const addresses = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: addresses };
}

/** `/apis`: every group but the core. */
export function groupList(kinds: Kinds): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups(kinds).map(groupFields) };
}

/** `/apis/<group>`; undefined when nothing serves it. */
export function groupDocument(kinds: Kinds, name: string): JsonObject | undefined {
  const found = namedGroups(kinds).find(({ group }) => group === name);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupFields(found) };
}

/** In this document groups of one priority stand in order of `<version>.<group>`, not of the group as elsewhere. */
function namedGroups(kinds: Kinds): readonly Group[] {
  return kinds.groups
    .filter(({ group }) => group !== '')
    .toSorted(
      (a, b) => groupPriority(b.group) - groupPriority(a.group) || (firstName(a) < firstName(b) ? -1 : 1),
    );
}

function firstName({ group, versions }: Group): string {
  return versions.map(version => `${version}.${group}`).toSorted()[0] as string;
}

function groupFields({ group, versions }: Group): JsonObject {
  const rows = versions.map(version => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: rows, preferredVersion: rows[0] };
}

/** `/api/v1` and `/apis/<group>/<version>`; undefined when nothing serves it. */
export function resourceList(kinds: Kinds, group: string, version: string): JsonObject | undefined {
  const members = kinds.all.filter(kind => kind.group === group && kind.version === version);
  if (members.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    // The core group's document is written by an older encoder, without a version of its own.
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: members.flatMap(resourceRows),
  };
}

function resourceRows(kind: Kind): JsonObject[] {
  const { plural, singular, namespaced, shortNames, categories, storageHash } = kind;
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind: kind.kind,
      verbs: kind.verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
      ...(storageHash !== undefined && { storageVersionHash: storageHash }),
    },
    ...kind.subresources.map(({ name, verbs, kind: taken }) => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      ...(taken !== undefined && other(kind, taken) && { group: taken.group, version: taken.version }),
      kind: taken?.kind ?? kind.kind,
      verbs,
    })),
  ];
}

/** A group and version are named only where they are not those of the list. */
function other(kind: Kind, taken: { readonly group: string; readonly version: string }): boolean {
  return taken.group !== kind.group || taken.version !== kind.version;
}
