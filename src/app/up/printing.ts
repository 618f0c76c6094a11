import { existsSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { gatewayAudience } from '../../base/access/index.ts';
import { type Door, upSettings } from '../../cli/index.ts';
import { home } from './home.ts';

/** What decides how somebody shows who he is, as the cluster was started. */
export interface Showing {
  readonly dexConfig?: string | undefined;
  readonly oidcIssuer?: string | undefined;
  /** Whether the certificate of the gateway is one of the cluster's authority. */
  readonly tlsGenerate: boolean;
}

/** What a line that is printed has to say of it. */
export interface Printing extends Showing {
  readonly dataDir: string;
}

interface Line extends Printing {
  readonly namespace: string;
  readonly door: Door;
  readonly path: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A line for a terminal that asks an InferenceService, and works as it stands. */
export function curlLine(line: Line): string {
  const { door, path, file, dataDir, tlsGenerate } = line;
  const shown = door.bearer === undefined ? '' : `-H "Authorization: Bearer $(${tokenCommand(line)})" `;
  const trusted = tlsGenerate ? `--cacert ${quoted(join(dataDir, 'pki', 'ca.crt'))} ` : '';
  const there = door.at === undefined ? '' : `--connect-to ::${door.at.host}:${door.at.port} `;
  return `curl ${trusted}${there}${shown}-d @${quoted(file)} ${door.base}${path}`;
}

/** The first user's token is good in his namespace; elsewhere, or where others log in, that of whoever runs the cluster is. */
function tokenCommand({ namespace, dexConfig, oidcIssuer, dataDir, env }: Line): string {
  if (namespace !== home || dexConfig !== undefined || oidcIssuer !== undefined) {
    return `kubectl create token davit-caller -n istio-system --audience ${gatewayAudience}`;
  }
  const where = dataDir === upSettings.dataDir.default ? '' : ` --data-dir ${quoted(dataDir)}`;
  return `${ownCommand(env['PATH'] ?? '')} token create --expires 1h${where}`;
}

/** How this program is called: by its name where that is found, else by the path of a clone. */
function ownCommand(path: string): string {
  if (path.split(delimiter).some(folder => folder !== '' && existsSync(join(folder, 'davit'))))
    return 'davit';
  const launcher = join(dirname(process.argv[1] ?? ''), '../../bin/davit');
  const near = relative(process.cwd(), launcher);
  return near.startsWith('..') ? launcher : near;
}

function quoted(text: string): string {
  return /^[\w./:@%+=~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
