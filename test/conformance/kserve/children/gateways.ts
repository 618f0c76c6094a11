import { Informer, ResourceClient, type Transport } from '../../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { resourceOf } from '../../../../src/cluster/view/index.ts';

interface Route extends KubeObject {
  readonly spec: { readonly parentRefs: readonly object[] };
  readonly status?: {
    readonly parents?: readonly { conditions: readonly { observedGeneration?: number }[] }[];
  };
}

/** Takes every route of the Gateway API, as a controller of gateways does; it routes nothing. A client like any other. */
export class PretendedGateways {
  readonly #client: ResourceClient<Route>;
  readonly #routes: Informer<Route>;

  constructor(transport: Transport) {
    this.#client = new ResourceClient<Route>(transport, resourceOf('httproutes.gateway.networking.k8s.io'));
    this.#routes = new Informer(this.#client);
  }

  async start(): Promise<void> {
    const look = (route: Route): void => void this.#take(route).catch(() => {});
    this.#routes.on({ onAdd: look, onUpdate: (_, route) => look(route) });
    await this.#routes.ready();
  }

  async stop(): Promise<void> {
    await this.#routes.stop();
  }

  async #take({ metadata, spec, status }: Route): Promise<void> {
    const { namespace = '', name = '', generation = 0 } = metadata;
    const seen = status?.parents?.[0]?.conditions[0]?.observedGeneration ?? 0;
    if (seen >= generation) return;
    const lastTransitionTime = `${new Date().toISOString().slice(0, 19)}Z`;
    const conditions = ['Accepted', 'ResolvedRefs'].map(type => ({
      type,
      status: 'True',
      reason: type,
      message: '',
      observedGeneration: generation,
      lastTransitionTime,
    }));
    const controllerName = 'example.dev/gateway-controller';
    const parents = spec.parentRefs.map(parentRef => ({ parentRef, controllerName, conditions }));
    await this.#client.patch(namespace, name, 'merge', { status: { parents } }, 'status');
  }
}
