import { type Controller, EventRecorder, ResourceClient, type Transport } from '../../client/index.ts';
import { Cluster, resourceOf } from '../../view/index.ts';
import { autoscalerController } from './autoscalers.ts';
import { collectionController, type Retention, usualRetention } from './collection.ts';
import { configurationController } from './configurations.ts';
import { endpointsController } from './endpoints.ts';
import { ingressController } from './ingresses.ts';
import { revisionController } from './revisions.ts';
import { routeController } from './routes.ts';
import { serviceController } from './services.ts';
import { indexByOwner, indexPods } from './watching.ts';

export interface KnativeControllersOptions {
  readonly transport: Transport;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (controller: string, key: string, error: unknown) => void;
  /** Routes are reached at `NAME.NAMESPACE.DOMAIN`. */
  readonly domain?: string;
  /** The image of the container that stands before a revision's own. */
  readonly queueImage?: string;
  /** Milliseconds that the pods of a revision stay after the last route to it is gone. */
  readonly grace?: number;
  /** Which revisions without a route are kept. */
  readonly retention?: Retention;
}

/** Starts Knative's controllers, for a cluster that has none; resolves when they have seen the state of the cluster. */
export async function startKnativeControllers(
  options: KnativeControllersOptions,
): Promise<{ stop(): Promise<void> }> {
  const {
    transport,
    now,
    onError,
    domain = 'example.com',
    queueImage = 'knative-queue-proxy:v0.48.1',
    grace = 60_000,
    retention = usualRetention,
  } = options;
  const events = (component: string): EventRecorder =>
    new EventRecorder(new ResourceClient(transport, resourceOf('events')), component, now);
  const cluster = new Cluster(transport, events('knative'), now);
  indexByOwner(cluster, 'revisions.serving.knative.dev');
  indexByOwner(cluster, 'services');
  indexPods(cluster);
  const as = (component: string): Cluster => cluster.recordingAs(events(component));
  const told = (name: string) => (key: string, error: unknown) => onError(name, key, error);
  const controllers: Controller[] = [
    serviceController(as('service-controller'), told('knative-service')),
    configurationController(as('configuration-controller'), told('knative-configuration')),
    collectionController(cluster, retention, told('knative-revision-collection')),
    revisionController(as('revision-controller'), queueImage, told('knative-revision')),
    autoscalerController(cluster, grace, told('knative-autoscaler')),
    endpointsController(cluster, told('knative-serverlessservice')),
    routeController(as('route-controller'), domain, told('knative-route')),
    ingressController(cluster, told('knative-ingress')),
  ];
  await cluster.ready();
  for (const controller of controllers) controller.start();
  return {
    stop: async () => {
      await Promise.all(controllers.map(controller => controller.stop()));
      await cluster.stop();
    },
  };
}
