import type { Handler, ListenerOptions } from '../../base/net/index.ts';
import { guardOf } from './guard.ts';
import { agentLayer, queueOf, type Surroundings } from './layers.ts';
import { Running } from './running.ts';
import { sidecarsOf } from './told.ts';

/**
 * The work of the containers beside a model server, in its own process: requests reach `handler` without a connection between.
 * @param text of the variable DAVIT_SIDECARS
 * @param host the address of the pod
 * @param guard of the variable DAVIT_GUARD
 */
export async function startInside(
  text: string,
  host: string,
  handler: Handler,
  limits: ListenerOptions['limits'],
  around: Surroundings,
  guard?: string,
): Promise<Running> {
  const { queueProxy, agent, environment } = await sidecarsOf(text);
  const running = new Running(host, around.log, guardOf(guard, around.log));
  const arrival = { bodies: 'whole', limits } as const;
  const puller =
    agent?.enablePuller === true
      ? await (
          await import('./pulling.ts')
        ).pullerOf(handler, agent, { environment, own: process.env }, around.log)
      : undefined;
  const layer = agent && agentLayer(handler, agent, around, puller);
  try {
    if (agent !== undefined && layer !== undefined) {
      await running.openAgent(layer, agent, arrival, environment['DAVIT_POD_UID']);
    }
    if (queueProxy !== undefined) {
      const behindAgent = layer !== undefined && queueProxy.userPort === agent?.port;
      const queue = queueOf(behindAgent ? layer.handler : handler, queueProxy, around);
      await running.openQueue(queue, queueProxy, arrival, around.metrics);
    }
  } catch (error) {
    await running.stop(0);
    throw error;
  }
  return running;
}
