import { newSigningKey, TokenIssuer } from '../../../../src/cluster/access/index.ts';
import type { Admission } from '../../../../src/cluster/admission/index.ts';
import { usualPorts } from '../../../../src/cluster/allocation/index.ts';
import { ApiServer, lookupIn } from '../../../../src/cluster/apiserver/index.ts';
import { bootstrap, installObjects } from '../../../../src/cluster/bootstrap/index.ts';
import type { Transport } from '../../../../src/cluster/client/index.ts';
import { startKserveControllers } from '../../../../src/cluster/controllers/kserve/index.ts';
import { startKnativeControllers } from '../../../../src/cluster/controllers/knative/index.ts';
import { startControllers } from '../../../../src/cluster/controllers/kubernetes/index.ts';
import { createKinds, definitionRules, kindParts } from '../../../../src/cluster/kinds/index.ts';
import {
  configMapPlace,
  installedConfiguration,
  installedObjects,
  kserveAdmission,
} from '../../../../src/cluster/kserve/index.ts';
import { knativeAdmission } from '../../../../src/cluster/knative/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { openStore } from '../../../../src/cluster/store/index.ts';
import { PretendedNodes } from '../../kubernetes/nodes.ts';
import { PretendedGateways } from './gateways.ts';
import type { Mode } from './recorded.ts';
import { frozen } from '../../../apiserver/frozen.ts';

export interface KserveCluster {
  readonly transport: Transport;
  /** What controllers complained of. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

/** Who runs everything in the recordings. */
const everybody = { name: 'kubernetes-admin', groups: ['system:masters'] };

/**
 * An API with the controllers of Kubernetes, Knative and KServe over a store in memory, and two pretended nodes. KServe's controllers reach the
 * API by what `through` makes of their way to it; `more` steps of admission come after KServe's.
 */
export async function kserveCluster(
  mode: Mode,
  through: (transport: Transport) => Transport = transport => transport,
  more: readonly Admission[] = [],
): Promise<KserveCluster> {
  const now = Date.now;
  const store = frozen(await openStore({ now }));
  const api = new ApiServer({
    store,
    kinds: createKinds(kindParts),
    definitions: definitionRules,
    issuer: new TokenIssuer('https://kubernetes.default.svc', [newSigningKey()], now),
    tokens: new Map(),
    services: { addresses: '10.96.0.0/16', ...usualPorts },
    version: { major: '1', minor: '37', gitVersion: 'v1.37.2', platform: 'linux/amd64' },
    url: 'https://127.0.0.1:6443',
    now,
    random: Math.random,
    admission: [...kserveAdmission(lookupIn(store)), ...knativeAdmission(), ...more],
  });
  const transportAs = (agent: string): Transport => api.transport(everybody, agent);
  const transport = transportAs('kubectl-create/v1.37.2');
  await bootstrap(transport, ['kserve']);
  await installObjects(
    transport,
    installedObjects().map(object => configured(object, mode)),
  );
  const complaints: string[] = [];
  const onError = (controller: string, key: string, error: unknown): void => {
    complaints.push(
      `${controller} ${key}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  };
  const controllers = [
    await startControllers({
      transport: transportAs('kube-controller-manager/v1.37.2'),
      certificates: 'none',
      now,
      onError,
    }),
    await startKnativeControllers({ transport: transportAs('kn-controller/v0.48.1'), now, onError }),
    await startKserveControllers({
      transport: through(transportAs('kserve-manager/v0.20.0')),
      now,
      onError,
    }),
  ];
  const nodes = new PretendedNodes(transportAs('kubelet/v1.37.2'), {
    cpu: '1000',
    memory: '2Ti',
    pods: '1000',
  });
  await nodes.start();
  const gateways = new PretendedGateways(transportAs('gateway-controller/1'));
  await gateways.start();
  return {
    transport,
    complaints,
    stop: async () => {
      await gateways.stop();
      await nodes.stop();
      for (const one of controllers.toReversed()) await one.stop();
      await api.stop();
      await store.close();
    },
  };
}

/** The configuration of the recordings of a mode. */
export function configured(object: KubeObject, mode: Mode): KubeObject {
  if (object.kind !== 'ConfigMap' || object.metadata.name !== configMapPlace.name) return object;
  const data = object['data'] as Readonly<Record<string, string>>;
  const deploy = { defaultDeploymentMode: mode === 'knative' ? 'Knative' : 'Standard' };
  const ingress = { ...installedConfiguration.ingress, enableGatewayApi: mode === 'standard-gateway' };
  return { ...object, data: { ...data, deploy: JSON.stringify(deploy), ingress: JSON.stringify(ingress) } };
}
