import { startServices } from '../../host/services/index.ts';
import type { ValuesOf } from '../../base/settings/index.ts';
import type { hostSettings } from '../../cli/index.ts';
import type { Part, Running } from '../up/part.ts';

export type HostSettings = ValuesOf<typeof hostSettings>;

/** Pods and services of this machine. */
export async function startHost({ transport, log }: Part, _settings: HostSettings): Promise<Running> {
  const services = await startServices({ transport, node: '127.0.0.1', now: Date.now, log });
  return { stop: () => services.stop() };
}
