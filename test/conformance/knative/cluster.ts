import { newSigningKey, TokenIssuer } from '../../../src/cluster/access/index.ts';
import { usualPorts } from '../../../src/cluster/allocation/index.ts';
import { ApiServer } from '../../../src/cluster/apiserver/index.ts';
import { bootstrap } from '../../../src/cluster/bootstrap/index.ts';
import type { Transport } from '../../../src/cluster/client/index.ts';
import {
  type KnativeControllersOptions,
  startKnativeControllers,
} from '../../../src/cluster/controllers/knative/index.ts';
import { startControllers } from '../../../src/cluster/controllers/kubernetes/index.ts';
import { createKinds, definitionRules, kindParts } from '../../../src/cluster/kinds/index.ts';
import { openStore } from '../../../src/cluster/store/index.ts';
import { PretendedNodes } from '../kubernetes/nodes.ts';
import { frozen } from '../../apiserver/frozen.ts';

export interface KnativeCluster {
  readonly transport: Transport;
  /** What controllers complained of. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

/** Who runs everything in the recordings. */
const everybody = { name: 'kubernetes-admin', groups: ['system:masters'] };

/**
 * An API with the controllers of Kubernetes and Knative over a store in memory, and two pretended nodes. Knative's controllers reach the
 * API by what `through` makes of their way to it.
 */
export async function knativeCluster(
  through: (transport: Transport) => Transport = transport => transport,
  more: Pick<KnativeControllersOptions, 'grace' | 'retention'> = {},
): Promise<KnativeCluster> {
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
  });
  const transportAs = (agent: string): Transport => api.transport(everybody, agent);
  const transport = transportAs('kserve-manager/v0.20.0');
  await bootstrap(transport, []);
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
    await startKnativeControllers({
      transport: through(transportAs('kn-controller/v0.48.1')),
      now,
      onError,
      ...more,
    }),
  ];
  const nodes = new PretendedNodes(transportAs('kubelet/v1.37.2'));
  await nodes.start();
  return {
    transport,
    complaints,
    stop: async () => {
      await nodes.stop();
      for (const one of controllers.toReversed()) await one.stop();
      await api.stop();
      await store.close();
    },
  };
}
