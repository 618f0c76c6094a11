import type { KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { filled, mapped } from '../filling.ts';
import { withStatus } from '../strategy.ts';

interface ApiService extends KubeObject {
  readonly spec?: { readonly service?: { readonly port?: number } };
}

/** Rules of APIService: nothing acts on one, so that it begins and stays without a state. */
export const apiservices: Rules = {
  complete: object => {
    const spec = (object as ApiService).spec ?? {};
    const next = mapped(spec, 'service', service => filled(service, { port: 443 }));
    return filled<KubeObject>(next === spec ? object : { ...object, spec: next }, { status: {} });
  },
  ...withStatus({}),
};
