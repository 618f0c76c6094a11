import { messageOf } from '../../base/errors/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, loadParts } from '../../cli/index.ts';
import { startGateway } from '../../edge/gateway/index.ts';
import { nodeName } from '../../host/kubelet/index.ts';
import { runPart } from '../up/part.ts';

const loopback = '127.0.0.1';

/** `davit gateway`: resolves when it was told to stop and has stopped. */
export const gateway: CommandHandler = async (invocation, io) => {
  const { gatewaySettings } = await loadParts();
  const settings = readSettings(gatewaySettings, invocation.given, io.env);
  return runPart('gateway', settings, io, async ({ transport, log, version }) => {
    const running = await startGateway({
      transport,
      node: { name: nodeName(), address: loopback },
      listen: { host: loopback, port: settings.gatewayPort },
      also: [{ host: loopback, port: 80 }],
      version,
      now: Date.now,
      log,
      onError: (what, error) => log.warning('the gateway tries again', { what, reason: messageOf(error) }),
    });
    const { host, port } = running.address;
    log.info('the gateway is up, on this machine alone until there is a login', {
      url: `http://${host}:${port}`,
    });
    return running;
  });
};
