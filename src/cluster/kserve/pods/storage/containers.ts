import { definitionShape } from '../../../kinds/index.ts';
import type { KubeObject } from '../../../meta/index.ts';
import { strategicMergePatch } from '../../../patch/index.ts';
import { type Fields, fieldsOf, itemsOf, textOf } from '../../untyped.ts';
import type { ContainerDraft } from '../draft.ts';
import { PodFault, type Surroundings } from '../surroundings.ts';

/** What a ClusterStorageContainer says of the container that fetches a model. */
export interface StorageContainer {
  readonly container: Fields;
  readonly fetchesSeveral: boolean;
}

/**
 * The ClusterStorageContainer that fetches an address: the one that is named, else the first by name that says it can.
 * @throws PodFault when the one that is named is missing or cannot.
 */
export function storageContainerFor(
  uri: string,
  named: string | undefined,
  { lookup }: Surroundings,
): StorageContainer | undefined {
  const all = lookup.list('serving.kserve.io/clusterstoragecontainers');
  if (named !== undefined && named !== '') return partsOf(eligible(uri, named, all));
  const byName = all.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const found = byName.find(one => isEnabled(one) && isInit(one) && fetches(one, uri));
  return found && partsOf(found);
}

/**
 * Variables that ClusterStorageContainers give to whatever fetches models: the first by name counts. An agent fetches by itself, for
 * models of whose addresses its pod knows nothing.
 */
export function fetchingVariables({ lookup }: Surroundings): NonNullable<ContainerDraft['env']> {
  const all = lookup
    .list('serving.kserve.io/clusterstoragecontainers')
    .filter(one => isEnabled(one) && isInit(one));
  const byName = all.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  return byName.flatMap(
    one => itemsOf(partsOf(one).container['env']) as unknown as NonNullable<ContainerDraft['env']>,
  );
}

function eligible(uri: string, name: string, all: readonly KubeObject[]): KubeObject {
  const found = all.find(one => one.metadata.name === name);
  const about = `ClusterStorageContainer "${name}"`;
  if (found === undefined) throw new PodFault(`${about} not found`);
  if (!isEnabled(found)) throw new PodFault(`${about} is disabled`);
  if (!isInit(found)) {
    const type = textOf(specOf(found)['workloadType']) ?? '';
    throw new PodFault(`${about} has workloadType "${type}"; explicit selection requires "initContainer"`);
  }
  if (!fetches(found, uri)) throw new PodFault(`${about} does not support storageUri "${uri}"`);
  return found;
}

function specOf(object: KubeObject): Fields {
  return fieldsOf(object['spec']) ?? {};
}

function isEnabled(object: KubeObject): boolean {
  return object['disabled'] !== true;
}

function isInit(object: KubeObject): boolean {
  return (specOf(object)['workloadType'] ?? 'initContainer') === 'initContainer';
}

function fetches(object: KubeObject, uri: string): boolean {
  return itemsOf(specOf(object)['supportedUriFormats']).some(format => {
    const prefix = textOf(format['prefix']) ?? '';
    if (prefix !== '') return uri.startsWith(prefix);
    const regex = textOf(format['regex']) ?? '';
    return regex !== '' && expression(regex, object).test(uri);
  });
}

function expression(text: string, { metadata }: KubeObject): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new PodFault(`ClusterStorageContainer "${metadata.name}" has a regex that cannot be read: ${text}`);
  }
}

function partsOf(object: KubeObject): StorageContainer {
  const spec = specOf(object);
  return {
    container: fieldsOf(spec['container']) ?? {},
    fetchesSeveral: spec['supportsMultiModelDownload'] === true,
  };
}

/** A container with what a ClusterStorageContainer says of it; a variable has the one value or source that was said last. */
export function merged(container: ContainerDraft, said: Fields): ContainerDraft {
  const shape = definitionShape('', 'v1', 'Container');
  if (shape === undefined) throw new Error('no shape of Container');
  const result = strategicMergePatch(container, { ...said, name: container.name }, shape) as ContainerDraft;
  const variables = itemsOf(said['env']) as unknown as NonNullable<ContainerDraft['env']>;
  if (result.env !== undefined) {
    result.env = result.env.map(one => variables.find(({ name }) => name === one.name) ?? one);
  }
  return result;
}
