import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { pathOf } from '../../cluster/client/index.ts';
import { logsSettings } from '../commands/logs.ts';
import { parseDuration } from '../objects/durations.ts';
import { Complaint } from '../objects/failures.ts';
import { kindOf } from '../objects/kinds.ts';
import { type PodFields, podOf } from '../objects/podsof.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { type Target, targetsOf } from '../objects/targets.ts';

type Settings = ValuesOf<typeof logsSettings>;

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** `davit logs` */
export const logs = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(logsSettings, given, session.io.env);
  const query = queryOf(settings);
  const pod = await podOf(await meantBy(positionals, session), session);
  const container = settings.container ?? containerOf(pod, session);
  if (container !== undefined) query.set('container', container);
  const { namespace = '', name = '' } = pod.metadata;
  const path = pathOf(kindOf('pods', await session.kinds()), namespace, name);
  const decoder = new TextDecoder();
  const { transport, io } = session;
  for await (const chunk of transport.bytes({
    method: 'GET',
    path: `${path}/log?${query.toString()}`,
    accept: '*/*',
  })) {
    io.out(decoder.decode(chunk, { stream: true }));
  }
  io.out(decoder.decode());
  return 0;
});

/** A word alone is a pod; anything else is said with its kind. */
async function meantBy(words: readonly string[], session: Session): Promise<Target> {
  const [word = ''] = words;
  const alone = words.length === 1 && !word.includes('/');
  const options = { command: 'logs', allNamespaces: false, selected: false, collections: false };
  const [target, ...more] = await targetsOf(alone ? ['pods', word] : words, options, session);
  if (target === undefined || more.length > 0) throw new Complaint('expected one POD or TYPE/NAME');
  return target;
}

/** The container that is meant when none is named; undefined when there is only one. */
function containerOf({ metadata, spec }: PodFields, { io }: Session): string | undefined {
  const { containers, initContainers = [] } = spec;
  const marked = metadata.annotations?.[defaultContainer];
  if (marked !== undefined && containers.some(({ name }) => name === marked)) return marked;
  const [first, ...others] = containers;
  if (first === undefined || others.length + initContainers.length === 0) return undefined;
  const names = [
    ...containers.map(({ name }) => name),
    ...initContainers.map(({ name }) => `${name} (init)`),
  ];
  io.err(`Defaulted container ${JSON.stringify(first.name)} out of: ${names.join(', ')}\n`);
  return first.name;
}

function queryOf(settings: Settings): URLSearchParams {
  const { follow, previous, timestamps, since, sinceTime, limitBytes } = settings;
  const query = new URLSearchParams();
  for (const [name, on] of Object.entries({ follow, previous, timestamps })) if (on) query.set(name, 'true');
  if (since !== undefined && sinceTime !== undefined) {
    throw new Complaint('at most one of `--since-time` or `--since` may be used');
  }
  if (since !== undefined) query.set('sinceSeconds', `${secondsIn(since)}`);
  if (sinceTime !== undefined) query.set('sinceTime', sinceTime);
  const tail = numberIn('tail', settings.tail);
  if (tail !== undefined && tail >= 0) query.set('tailLines', `${tail}`);
  const limit = numberIn('limit-bytes', limitBytes);
  if (limit !== undefined) query.set('limitBytes', `${limit}`);
  return query;
}

function secondsIn(text: string): number {
  const length = parseDuration(text);
  if (length === undefined || length <= 0) {
    throw new Complaint(`--since: found ${JSON.stringify(text)}, expected a time such as 5s, 2m or 3h`);
  }
  return Math.ceil(length / 1000);
}

function numberIn(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) {
    throw new Complaint(`--${flag}: found ${JSON.stringify(text)}, expected a whole number`);
  }
  return Number(text);
}
