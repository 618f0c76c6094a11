import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import {
  agentCommand,
  agentSettings,
  parseCommandLine,
  queueProxyCommand,
  queueProxySettings,
} from '../../cli/index.ts';
import { queueErrors } from '../../serve/queue/index.ts';

export type QueueProxySettings = ValuesOf<typeof queueProxySettings>;
export type AgentSettings = ValuesOf<typeof agentSettings>;

type Environment = Readonly<Record<string, string | undefined>>;

/** What a model server is told of the containers beside it, whose work it does. */
interface Sidecar {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export function queueProxyOf(words: readonly string[], env: Environment): QueueProxySettings {
  return readSettings(queueProxySettings, parseCommandLine(queueProxyCommand, words).given, env);
}

export function agentOf(words: readonly string[], env: Environment): AgentSettings {
  return readSettings(agentSettings, parseCommandLine(agentCommand, words).given, env);
}

/** What the variable DAVIT_SIDECARS says. @throws `sidecar-setting-invalid`, `usage`, `setting-invalid` */
export function sidecarsOf(text: string): {
  readonly queueProxy: QueueProxySettings | undefined;
  readonly agent: AgentSettings | undefined;
} {
  const sidecars = parse(text);
  const queueProxy = sidecars.find(({ name }) => name === 'queue-proxy');
  const agent = sidecars.find(({ name }) => name === 'agent');
  return {
    queueProxy: queueProxy && queueProxyOf(queueProxy.args ?? [], queueProxy.env ?? {}),
    agent: agent && agentOf(agent.args ?? [], agent.env ?? {}),
  };
}

function parse(text: string): readonly Sidecar[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(one => typeof one === 'object' && one !== null))
      return value as Sidecar[];
  } catch {
    // Told below, with what is no list.
  }
  const expected = '[{"name":"queue-proxy","env":{…},"args":[…]}]';
  const found = JSON.stringify(text.slice(0, 80));
  throw queueErrors.make['sidecar-setting-invalid'](`DAVIT_SIDECARS: found ${found}, expected ${expected}`);
}
