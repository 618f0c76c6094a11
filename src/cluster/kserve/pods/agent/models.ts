import {
  addMount,
  addVolume,
  containerOf,
  type ContainerDraft,
  internal,
  modelFolder,
  type PodSpecDraft,
  serverContainer,
} from '../draft.ts';
import { PodFault } from '../surroundings.ts';

/** The folder in which agent and server meet, and the ConfigMap that says which models there are to be. */
export function addModelFolders(
  spec: PodSpecDraft,
  agent: ContainerDraft,
  annotations: Readonly<Record<string, string>>,
): void {
  const map = annotations[internal('configVolumeName')];
  if (annotations[internal('modelDir')] === undefined || map === undefined) {
    const missing = internal(map === undefined ? 'configVolumeName' : 'modelDir');
    throw new PodFault(`annotation ${missing} is missing beside ${internal('agent')}`);
  }
  addVolume(spec, { name: 'model-dir', emptyDir: {} });
  const server = containerOf(spec, serverContainer);
  for (const user of server === undefined ? [agent] : [agent, server]) {
    addMount(user, { name: 'model-dir', mountPath: modelFolder });
  }
  addVolume(spec, { name: 'model-config', configMap: { name: map } });
  addMount(agent, { name: 'model-config', mountPath: '/mnt/configs' });
}
