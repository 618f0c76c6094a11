import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { certificateIn } from '../gateway/certificate.ts';
import { doorErrors } from '../gateway/errors.ts';
import { checkExposure } from '../gateway/exposure.ts';
import { originOf, proxiesOf } from '../gateway/reached.ts';
import type { UpSettings } from './cluster.ts';
import type { Folder } from './folder.ts';

/**
 * Looks whether the gateway may be opened as it is to be, before anything is started.
 * @throws `gateway-open`, `gateway-plain`, `gateway-certificate`, `gateway-url`, `gateway-proxy`
 */
export function checkDoor(settings: UpSettings): void {
  const { tlsCert, tlsGenerate, apiOnly, gatewayUrl } = settings;
  // Tokens name it also where no gateway is started.
  if (gatewayUrl !== undefined) originOf(gatewayUrl);
  proxiesOf(settings.trustedProxies);
  if (apiOnly) return;
  if (tlsGenerate && tlsCert !== undefined) {
    const text = '--tls-generate makes a certificate, and --tls-cert names one: expected one of the two.';
    throw doorErrors.make['gateway-certificate'](text);
  }
  certificateIn(settings);
  checkExposure({ ...settings, host: gatewayHostOf(settings), tls: isSecure(settings) });
}

/** Where the gateway listens: where the API does, unless it is told another address. */
export function gatewayHostOf({ gatewayHost, host }: UpSettings): string {
  return gatewayHost ?? host;
}

function isSecure({ tlsCert, tlsGenerate }: UpSettings): boolean {
  return tlsGenerate || tlsCert !== undefined;
}

/** How people reach the gateway, without a slash at its end. */
export function gatewayUrlOf(settings: UpSettings, port: number): string {
  const usual = `http${isSecure(settings) ? 's' : ''}://localhost:${port}`;
  return settings.gatewayUrl === undefined ? usual : originOf(settings.gatewayUrl);
}

/** Makes the certificate of the gateway where it is to be one of the cluster's own authority. */
export function prepareDoor(settings: UpSettings, folder: Folder): void {
  if (settings.tlsGenerate) folder.gateway(folder.authority(), namesOf(settings));
}

/** Names and addresses by which people may reach the gateway. */
function namesOf({ gatewayUrl }: UpSettings): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list?.map(one => one.address) ?? []);
  const named = gatewayUrl === undefined ? [] : [new URL(gatewayUrl).hostname];
  const all = [
    'localhost',
    '127.0.0.1',
    hostname(),
    ...addresses.filter(one => !one.includes('%')),
    ...named,
  ];
  return [...new Set(all)];
}

/** Words of the gateway's command line. */
export function gatewayWords(settings: UpSettings, port: number, folder: Folder): string[] {
  const { tlsGenerate, allowPlainHttp, noAuth, accessLog, trustedProxies } = settings;
  const file = (ending: string): string => join(folder.path, 'pki', `gateway.${ending}`);
  const tlsCert = tlsGenerate ? file('crt') : settings.tlsCert;
  const tlsKey = tlsGenerate ? file('key') : settings.tlsKey;
  const words = ['--gateway-port', String(port), '--gateway-host', gatewayHostOf(settings)];
  words.push('--gateway-url', gatewayUrlOf(settings, port));
  if (trustedProxies.length > 0) words.push('--trusted-proxy', trustedProxies.join(','));
  if (tlsCert !== undefined && tlsKey !== undefined) words.push('--tls-cert', tlsCert, '--tls-key', tlsKey);
  const switches = {
    '--allow-plain-http': allowPlainHttp,
    '--no-auth': noAuth,
    '--gateway-access-log': accessLog,
  };
  return [...words, ...Object.entries(switches).flatMap(([flag, on]) => (on ? [flag] : []))];
}
