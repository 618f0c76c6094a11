import { X509Certificate } from 'node:crypto';
import { messageOf } from '../../base/errors/index.ts';
import type { Address, Secure } from '../../base/net/index.ts';
import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { type CommandHandler, type gatewaySettings, loadParts } from '../../cli/index.ts';
import { type Gateway, type LoginOptions, startGateway } from '../../edge/gateway/index.ts';
import { nodeName } from '../../host/kubelet/index.ts';
import { type Part, runPart } from '../up/part.ts';
import { certificateIn, watchCertificate } from './certificate.ts';
import { checkExposure, isLoopback } from './exposure.ts';
import { RemoteKeeper } from './keeper.ts';
import { namesOf, originOf, proxiesOf } from './reached.ts';

type Settings = ValuesOf<typeof gatewaySettings>;

const loopback = '127.0.0.1';

/** `davit gateway`: resolves when it was told to stop and has stopped. */
export const gateway: CommandHandler = async (invocation, io) => {
  const parts = await loadParts();
  const settings = readSettings(parts.gatewaySettings, invocation.given, io.env);
  return runPart('gateway', settings, io, part => start(settings, part));
};

async function start(settings: Settings, part: Part): Promise<Pick<Gateway, 'stop'>> {
  const { log } = part;
  const { gatewayHost: host = loopback, gatewayPort: port, allowPlainHttp, noAuth } = settings;
  const secure = certificateIn(settings);
  const url = settings.gatewayUrl === undefined ? undefined : originOf(settings.gatewayUrl);
  const proxies = proxiesOf(settings.trustedProxies);
  checkExposure({ host, tls: secure !== undefined, allowPlainHttp, noAuth });
  const running = await startGateway({
    transport: part.transport,
    node: { name: nodeName(), address: loopback },
    listen: { host, port },
    also: alsoOf(host, port, secure !== undefined),
    version: part.version,
    now: Date.now,
    log,
    onError: (what, error) => log.warning('the gateway tries again', { what, reason: messageOf(error) }),
    secure,
    login: noAuth ? undefined : loginOf(url, part),
    accessLog: settings.accessLog,
    names: namesOf(host, url),
    proxies,
  });
  const unwatch = secure === undefined ? () => {} : watched(settings, secure, running, log);
  tell(settings, running, log, secure !== undefined);
  return {
    stop: async () => {
      unwatch();
      await running.stop();
    },
  };
}

/** Follows the files of the certificate, and tells what becomes of them. */
function watched(settings: Settings, now: Secure, running: Gateway, log: Part['log']): () => void {
  return watchCertificate(settings, {
    now,
    renewed: renewed => {
      running.renew(renewed);
      log.info('the gateway has another certificate', aboutOf(renewed));
    },
    refused: reason => log.warning('the gateway keeps the certificate that it has', { reason }),
  });
}

function aboutOf({ certificate }: Secure): { subject: string; until: string } {
  const { subject, validTo } = new X509Certificate(certificate);
  return { subject: subject.replaceAll('\n', ', '), until: new Date(validTo).toISOString() };
}

/** Usual ports, and this machine itself where one address of a network is listened on. */
function alsoOf(host: string, port: number, secure: boolean): Address[] {
  const usual = { host, port: secure ? 443 : 80 };
  const single = !isLoopback(host) && host !== '0.0.0.0' && host !== '::' && port !== 0;
  return single ? [usual, { host: loopback, port }] : [usual];
}

function loginOf(publicUrl: string | undefined, { transport, log }: Part): LoginOptions {
  return {
    keeper: new RemoteKeeper(transport, error =>
      log.warning('word of what is revoked was interrupted', { reason: messageOf(error) }),
    ),
    publicUrl,
    audit: ({ event, ...rest }) => log.info(event.replaceAll('-', ' '), { audit: true, ...rest }),
    log,
  };
}

function tell({ allowPlainHttp, noAuth }: Settings, running: Gateway, log: Part['log'], tls: boolean): void {
  const { host, port } = running.address;
  const url = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  log.info('the gateway is up', { url, login: !noAuth });
  if (!tls && allowPlainHttp) {
    log.warning('passwords and tokens reach the gateway in the clear, unless something else encrypts', {
      url,
    });
  }
}
