import { type Controller, EventRecorder, ResourceClient, type Transport } from '../../client/index.ts';
import { budgetController } from './budgets.ts';
import { Cluster, resourceOf } from '../../view/index.ts';
import { Discovery } from './discovery.ts';
import { clusterRoleController } from './clusterroles.ts';
import { cronJobController } from './cronjobs.ts';
import { daemonSetController } from './daemonsets/controller.ts';
import { deploymentController } from './deployments/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { GarbageCollector } from './garbage/collector.ts';
import { jobController } from './jobs/controller.ts';
import { namespaceController } from './namespaces.ts';
import { claimProtection, volumeProtection } from './protection.ts';
import { quotaController } from './quotas.ts';
import { replicaController } from './replicas/controller.ts';
import { replicaSets, replicationControllers } from './replicas/forms.ts';
import { scheduler, schedulerName } from './scheduling/scheduler.ts';
import { rootCertificateController, serviceAccountController } from './serviceaccounts.ts';
import { statefulSetController } from './statefulsets.ts';
import { volumeController } from './volumes.ts';

export interface ControllersOptions {
  readonly transport: Transport;
  /** Certificates that clients in the cluster trust, PEM. */
  readonly certificates: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (controller: string, key: string, error: unknown) => void;
}

export interface Controllers {
  /** Learns of kinds that have come or gone. */
  renewDiscovery(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts every controller; resolves when all have seen the state of the cluster. */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const { transport, certificates, now, onError } = options;
  const events = (component: string): EventRecorder =>
    new EventRecorder(new ResourceClient(transport, resourceOf('events')), component, now);
  const cluster = new Cluster(transport, events('davit-controllers'), now);
  const told = (name: string) => (key: string, error: unknown) => onError(name, key, error);
  const as = (component: string): Cluster => cluster.recordingAs(events(component));
  const discovery = new Discovery(transport);
  await discovery.renew();
  const controllers: Controller[] = [
    namespaceController(cluster, discovery, told('namespace')),
    serviceAccountController(cluster, told('serviceaccount')),
    rootCertificateController(cluster, certificates, told('root-ca-certificate-publisher')),
    deploymentController(as('deployment-controller'), told('deployment')),
    replicaController(replicaSets, as('replicaset-controller'), told('replicaset')),
    replicaController(replicationControllers, as('replication-controller'), told('replicationcontroller')),
    statefulSetController(as('statefulset-controller'), told('statefulset')),
    daemonSetController(as('daemonset-controller'), told('daemonset')),
    jobController(as('job-controller'), told('job')),
    cronJobController(as('cronjob-controller'), told('cronjob')),
    endpointsController(cluster, told('endpointslice')),
    quotaController(cluster, discovery, told('resourcequota')),
    budgetController(cluster, told('disruption')),
    clusterRoleController(cluster, told('clusterrole-aggregation')),
    volumeController(as('persistentvolume-controller'), told('persistentvolume-binder')),
    claimProtection(cluster, told('persistentvolumeclaim-protection')),
    volumeProtection(cluster, told('persistentvolume-protection')),
    scheduler(as(schedulerName), told('scheduler')),
  ];
  const garbage = new GarbageCollector(cluster, discovery, told('garbage-collector'));
  await cluster.ready();
  garbage.start();
  for (const controller of controllers) controller.start();
  return {
    renewDiscovery: () => discovery.renew(),
    stop: async () => {
      await Promise.all(controllers.map(controller => controller.stop()));
      await garbage.stop();
      await cluster.stop();
    },
  };
}
