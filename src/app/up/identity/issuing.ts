import type { Log } from '../../../base/log/index.ts';
import { messageOf } from '../../../base/errors/index.ts';
import { createListener, defaultLimits, type Listener } from '../../../base/net/index.ts';
import {
  createIssuer,
  describeError,
  type Issuer,
  type IssuerOptions,
} from '../../../edge/identity/issuer/index.ts';

/** Milliseconds between two looks whether the key is to change. */
const look = 60_000;

/** The issuer of this process, on an address of this machine that the gateway passes requests on to. */
export class Issuing {
  readonly issuer: Issuer;
  readonly host: string;
  readonly port: number;
  readonly #listener: Listener;
  readonly #timer: NodeJS.Timeout;

  private constructor(issuer: Issuer, listener: Listener, at: { host: string; port: number }, log: Log) {
    this.issuer = issuer;
    this.host = at.host;
    this.port = at.port;
    this.#listener = listener;
    const onError = (error: unknown): void =>
      log.error('the key that signs tokens cannot be changed', { reason: messageOf(error) });
    this.#timer = setInterval(() => void issuer.rotate().catch(onError), look).unref();
  }

  /** @throws `net-address-refused`, and what the records throw. */
  static async start(options: IssuerOptions, log: Log): Promise<Issuing> {
    const onCrowded = (network: string, most: number): void =>
      log.warning('one network has as many logins under way as it may have: its oldest make way', {
        network,
        most,
      });
    const issuer = await createIssuer({ onCrowded, ...options });
    const host = '127.0.0.1';
    const listener = createListener({ limits: defaultLimits, describe: describeError }, issuer.handler);
    const { port } = await listener.listen({ host, port: 0 });
    return new Issuing(issuer, listener, { host, port }, log);
  }

  /** @param grace milliseconds that running requests get */
  async stop(grace: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#listener.drain(grace);
  }
}
