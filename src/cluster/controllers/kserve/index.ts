import { type Controller, EventRecorder, ResourceClient, type Transport } from '../../client/index.ts';
import { Cluster, resourceOf } from '../../view/index.ts';
import { inferenceServiceController } from './controller.ts';
import { inferenceGraphController } from './graphs/controller.ts';
import { servedBy, Sight } from './sight.ts';
import { trainedModelController } from './trainedmodels/controller.ts';
import type { AskAgent } from './trainedmodels/reports.ts';

export type { AskAgent, ModelReport, PodReport } from './trainedmodels/reports.ts';

export interface KserveControllersOptions {
  readonly transport: Transport;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (controller: string, key: string, error: unknown) => void;
  /** Asks pods about the models of their servers; without it nothing is known of them, as with KServe. */
  readonly askAgent?: AskAgent;
}

/** Starts KServe's controllers; resolves when they have seen the state of the cluster. */
export async function startKserveControllers(
  options: KserveControllersOptions,
): Promise<{ stop(): Promise<void> }> {
  const { transport, now, onError, askAgent } = options;
  const events = new EventRecorder(
    new ResourceClient(transport, resourceOf('events')),
    'v1beta1Controllers',
    now,
  );
  const cluster = new Cluster(transport, events, now);
  const told = (name: string) => (key: string, error: unknown) => onError(name, key, error);
  const sight = new Sight(cluster, await servedBy(transport), fault => onError('configuration', '', fault));
  const controllers: Controller[] = [
    inferenceServiceController(sight, told('inferenceservice')),
    trainedModelController(cluster, told('trainedmodel'), askAgent),
    inferenceGraphController(cluster, told('inferencegraph')),
  ];
  await cluster.ready();
  await sight.configurations.ready();
  for (const controller of controllers) controller.start();
  return {
    stop: async () => {
      await Promise.all(controllers.map(controller => controller.stop()));
      await cluster.stop();
    },
  };
}
