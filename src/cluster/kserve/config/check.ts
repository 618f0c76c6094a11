import type { Admission } from '../../admission/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { configMapPlace, installedConfiguration } from '../installed/objects.ts';
import { writes } from '../webhooks.ts';
import { readConfiguration } from './read.ts';

/** Tells who writes a configuration that cannot be read: KServe takes it, and says nothing but in its own log. */
export const configurationCheck: Admission = {
  name: 'configuration.kserve',
  concerns: request =>
    writes(request, 'configmaps') &&
    request.namespace === configMapPlace.namespace &&
    request.name === configMapPlace.name,
  validate: request => {
    const { faults } = readConfiguration(request.object as KubeObject, installedConfiguration);
    for (const fault of faults) request.warn(`${fault.message} It stays as it was until this is corrected.`);
  },
};
