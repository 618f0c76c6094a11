import { readFile } from 'node:fs/promises';
import { messageOf } from '../../base/errors/index.ts';
import type { Secure } from '../../base/net/index.ts';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { type CommandHandler, controllerSettings } from '../../cli/index.ts';
import { EventRecorder, ResourceClient } from '../../cluster/client/index.ts';
import { startKserveControllers } from '../../cluster/controllers/kserve/index.ts';
import { kserveAdmission } from '../../cluster/kserve/index.ts';
import { Cluster, resourceOf } from '../../cluster/view/index.ts';
import { complaints } from '../up/complaints.ts';
import { type Part, type Running, runPart } from '../up/part.ts';
import { controllerErrors } from './errors.ts';
import { agentAsker } from './agents.ts';
import { lookupOf } from './lookup.ts';
import { reviewListener } from './reviews.ts';

type Settings = ValuesOf<typeof controllerSettings>;

/** How the controllers are known in what they write, as KServe's are. */
const agent = 'kserve-manager';
/** Milliseconds that reviews get to be answered when this ends. */
const grace = 1000;

/** `davit controller`: resolves when it was told to stop and has stopped. */
export const controller: CommandHandler = async (invocation, io) => {
  const settings = readSettings(controllerSettings, invocation.given, io.env);
  const secure = await certificateOf(settings);
  return runPart('controller', settings, io, part => startController(part, settings, secure), agent);
};

/**
 * What the webhooks are known by; undefined when nothing is given, and they are not served.
 * @throws `webhook-certificate`
 */
async function certificateOf(settings: Settings): Promise<Secure | undefined> {
  const { webhookCertificate, webhookKey } = settings;
  if (webhookCertificate === undefined && webhookKey === undefined) return undefined;
  if (webhookCertificate === undefined || webhookKey === undefined) {
    const missing = webhookCertificate === undefined ? '--webhook-certificate' : '--webhook-key';
    throw controllerErrors.make['webhook-certificate'](
      `${missing} is missing: certificate and key go together.`,
    );
  }
  try {
    const [certificate, key] = await Promise.all([
      readFile(webhookCertificate, 'utf8'),
      readFile(webhookKey, 'utf8'),
    ]);
    return { certificate, key, authorities: [] };
  } catch (cause) {
    throw controllerErrors.make['webhook-certificate'](messageOf(cause), { cause });
  }
}

/** KServe's controllers and its webhooks, beside the API of another cluster. */
async function startController(
  { transport, log }: Part,
  { webhookHost: host, webhookPort }: Settings,
  secure: Secure | undefined,
): Promise<Running> {
  const now = Date.now;
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), agent, now);
  const cluster = new Cluster(transport, events, now);
  const listener = reviewListener(kserveAdmission(lookupOf(cluster)), log);
  await cluster.ready();
  const at = secure && (await listener.listen({ host, port: webhookPort }, secure));
  const webhooks = at && `https://${host}:${at.port}`;
  const controllers = await startKserveControllers({
    transport,
    now,
    onError: complaints(log, now),
    askAgent: agentAsker(),
  });
  log.info('the controllers are up', { webhooks });
  return {
    stop: async () => {
      await Promise.all([controllers.stop(), listener.drain(grace), cluster.stop()]);
    },
  };
}
