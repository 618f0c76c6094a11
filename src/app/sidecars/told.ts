import { readSettings, type SettingTable, type ValuesOf } from '../../base/settings/index.ts';
import {
  loadParts,
  parseCommandLine,
  type Command,
  type agentSettings,
  type queueProxySettings,
} from '../../cli/index.ts';
import { queueErrors } from '../../serve/queue/index.ts';

export type QueueProxySettings = ValuesOf<typeof queueProxySettings>;
export type AgentSettings = ValuesOf<typeof agentSettings>;

/** What a model server is told of the containers beside it, whose work it does. */
interface Sidecar {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** What the variable DAVIT_SIDECARS says. @throws `sidecar-setting-invalid`, `usage`, `setting-invalid` */
export async function sidecarsOf(text: string): Promise<{
  readonly queueProxy: QueueProxySettings | undefined;
  readonly agent: AgentSettings | undefined;
  /** Of the agent. */
  readonly environment: Readonly<Record<string, string>>;
}> {
  const sidecars = parse(text);
  const queueProxy = sidecars.find(({ name }) => name === 'queue-proxy');
  const agent = sidecars.find(({ name }) => name === 'agent');
  const { agentCommand, agentSettings, queueProxyCommand, queueProxySettings } = await loadParts();
  const read = <Table extends SettingTable>(
    table: Table,
    command: Command,
    { args = [], env = {} }: Sidecar,
  ) => readSettings(table, parseCommandLine(command, args).given, env);
  return {
    queueProxy: queueProxy && read(queueProxySettings, queueProxyCommand, queueProxy),
    agent: agent && read(agentSettings, agentCommand, agent),
    environment: agent?.env ?? {},
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
