import { steadyNow } from '../../base/clock/index.ts';
import type { Log } from '../../base/log/index.ts';
import { Guard, KubernetesReviews, queueErrors } from '../../serve/queue/index.ts';

/** What a container of a pod is told when whoever calls its service has to be known. */
interface Told {
  readonly server: string;
  readonly tokenFile: string;
  readonly authorityFile: string;
  readonly namespace: string;
  readonly service: string;
  readonly open: readonly string[];
  /** Whether what is behind asks, too, and needs the credential. */
  readonly keeps?: boolean;
}

const texts = ['server', 'tokenFile', 'authorityFile', 'namespace', 'service'] as const;

/** The guard that the variable DAVIT_GUARD asks for; none without it. @throws `sidecar-setting-invalid` */
export function guardOf(text: string | undefined, log: Log): Guard | undefined {
  if (text === undefined) return undefined;
  const told = parse(text);
  const { namespace, service, open, keeps } = told;
  return new Guard({
    reviews: new KubernetesReviews(told, steadyNow),
    open,
    keeps: keeps === true,
    service: `${namespace}/${service}`,
    log,
    now: steadyNow,
  });
}

function parse(text: string): Told {
  const value = read(text);
  const named = texts.every(name => typeof value?.[name] === 'string' && value[name] !== '');
  const { open, server } = value ?? {};
  const listed = Array.isArray(open) && open.every(path => typeof path === 'string');
  if (named && listed && String(server).startsWith('https://') && URL.canParse(String(server))) {
    return value as unknown as Told;
  }
  const found = JSON.stringify(text.slice(0, 200));
  const expected =
    '{"server":"https://…","tokenFile":…,"authorityFile":…,"namespace":…,"service":…,"open":[…]}';
  throw queueErrors.make['sidecar-setting-invalid'](`DAVIT_GUARD: found ${found}, expected ${expected}`);
}

function read(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object'
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
