import type { KubeObject } from '../../meta/index.ts';
import { configurationOf } from '../config/read.ts';
import type { Configuration } from '../config/shape.ts';
import * as release from './release.ts';

/** Where KServe's configuration lies. */
export const configMapPlace = { namespace: 'kserve', name: 'inferenceservice-config' } as const;

/** The release's values, but for the mode: on one machine Knative is at hand without being installed. */
const values = { ...release.configuration, deploy: { defaultDeploymentMode: 'Knative' } };

/** What holds while no ConfigMap says otherwise. */
export const installedConfiguration: Configuration = configurationOf(values);

/** What an installation of KServe 0.20 has from the start: runtimes, storage container, configuration, under KServe's names. */
export function installedObjects(): KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: configMapPlace,
      data: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, `${JSON.stringify(value, null, 2)}\n`]),
      ),
    },
    ...objectsOf('ClusterStorageContainer', release.storageContainers),
    ...objectsOf('ClusterServingRuntime', release.runtimes),
  ];
}

function objectsOf(kind: string, specs: Readonly<Record<string, unknown>>): KubeObject[] {
  return Object.entries(specs).map(([name, spec]) => ({
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind,
    metadata: { name },
    spec,
  }));
}
