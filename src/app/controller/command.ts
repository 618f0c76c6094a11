import { readFile } from 'node:fs/promises';
import type { Listener } from '../../base/net/index.ts';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { type CommandHandler, type controllerSettings, loadParts } from '../../cli/index.ts';
import { EventRecorder, ResourceClient } from '../../cluster/client/index.ts';
import { startKserveControllers } from '../../cluster/controllers/kserve/index.ts';
import { kserveAdmission } from '../../cluster/kserve/index.ts';
import { Cluster, resourceOf } from '../../cluster/view/index.ts';
import { complaints } from '../up/complaints.ts';
import { type Part, type Running, runPart } from '../up/part.ts';
import { lookupOf } from './lookup.ts';
import { reviewListener } from './reviews.ts';

type Settings = ValuesOf<typeof controllerSettings>;

/** How the controllers are known in what they write, as KServe's are. */
const agent = 'kserve-manager';
/** Milliseconds that reviews get to be answered when this ends. */
const grace = 1000;

/** `davit controller`: resolves when it was told to stop and has stopped. */
export const controller: CommandHandler = async (invocation, io) => {
  const { controllerSettings } = await loadParts();
  const settings = readSettings(controllerSettings, invocation.given, io.env);
  return runPart('controller', settings, io, part => startController(part, settings), agent);
};

/** @returns where the webhooks are; undefined when there is nothing that they could be known by */
async function listen(listener: Listener, settings: Settings): Promise<string | undefined> {
  const { webhookHost: host, webhookPort, webhookCertificate, webhookKey } = settings;
  if (webhookCertificate === undefined || webhookKey === undefined) return undefined;
  const [certificate, key] = await Promise.all([
    readFile(webhookCertificate, 'utf8'),
    readFile(webhookKey, 'utf8'),
  ]);
  const { port } = await listener.listen({ host, port: webhookPort }, { certificate, key, authorities: [] });
  return `https://${host}:${port}`;
}

/** KServe's controllers and its webhooks, beside the API of another cluster. */
async function startController({ transport, log }: Part, settings: Settings): Promise<Running> {
  const now = Date.now;
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), agent, now);
  const cluster = new Cluster(transport, events, now);
  const listener = reviewListener(kserveAdmission(lookupOf(cluster)), log);
  await cluster.ready();
  const webhooks = await listen(listener, settings);
  const controllers = await startKserveControllers({
    transport,
    now,
    onError: complaints(log, now),
  });
  log.info('the controllers are up', { webhooks });
  return {
    stop: async () => {
      await Promise.all([controllers.stop(), listener.drain(grace), cluster.stop()]);
    },
  };
}
