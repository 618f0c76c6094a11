import { fieldsOf, textsOf } from '../../untyped.ts';
import type { StorageSpec } from '../credentials/storagespec.ts';
import {
  addMount,
  addVolume,
  containerOf,
  internal,
  modelFolder,
  type PodDraft,
  serverOf,
  transformerContainer,
} from '../draft.ts';
import { PodFault, type Surroundings } from '../surroundings.ts';
import { claimOf } from './claims.ts';
import { storageContainerFor } from './containers.ts';
import { imageOf } from './images.ts';
import { addInitializer, hasInitializer, initializerOf } from './initializer.ts';

/**
 * Makes the model that an annotation names come into a pod: fetched by an init container, or mounted out of a claim
 * (KServe 0.20, `storage_initializer_injector.go`).
 * @throws PodFault when it cannot come.
 */
export function addModel({ spec }: PodDraft, around: Surroundings): void {
  const { annotations, configuration } = around;
  const uri = annotations[internal('storage-initializer-sourceuri')];
  if (uri === undefined || annotations[internal('agent')] !== undefined) return;
  const container = storageContainerFor(uri, annotations[internal('storage-container-name')], around);
  if (imageOf(uri, configuration.storageInitializer) !== undefined || hasInitializer(spec)) return;
  const server = serverOf(spec);
  if (server === undefined)
    throw new PodFault('the pod has no container kserve-container to put the model into');
  const transformer = containerOf(spec, transformerContainer);
  const users = transformer === undefined ? [server] : [server, transformer];
  const readOnly = annotations['storage.kserve.io/readonly'] !== 'false';
  const claim = claimOf(uri);
  const name = claim === undefined ? 'kserve-provision-location' : 'kserve-pvc-source';
  const mount = { name, mountPath: modelFolder, subPath: claim?.subPath ?? '' };
  for (const user of users) addMount(user, { ...mount, readOnly });
  const source = claim && { persistentVolumeClaim: { claimName: claim.claimName } };
  addVolume(spec, { name, ...(source ?? { emptyDir: {} }) });
  if (server.env !== undefined) {
    server.env = server.env.map(one => {
      const isPlace = one.name === 'STORAGE_URI' && (one.value ?? '') !== '';
      return isPlace ? { ...one, value: modelFolder } : one;
    });
  }
  if (claim !== undefined) return;
  const initializer = initializerOf(configuration.storageInitializer, [uri, modelFolder]);
  addMount(initializer, mount);
  addInitializer(spec, initializer, { storage: storageOf(annotations), container }, around);
}

/** What the component's `storage` said, as KServe's controller hands it on. */
function storageOf(annotations: Readonly<Record<string, string>>): StorageSpec | undefined {
  if (annotations[internal('storage-spec')] !== 'true') return undefined;
  const text = annotations[internal('storage-spec-param')];
  const key = annotations[internal('storage-spec-key')] ?? '';
  if (text === undefined) return { key, parameters: {} };
  let parameters: unknown;
  try {
    parameters = JSON.parse(text);
  } catch {
    parameters = undefined;
  }
  if (fieldsOf(parameters) === undefined) {
    throw new PodFault(`annotation ${internal('storage-spec-param')} is not a JSON object: ${text}`);
  }
  return { key, parameters: textsOf(parameters) };
}
