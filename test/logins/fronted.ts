/** A gateway with an issuer behind it that can be changed for another. */
import type { IssuerOptions } from '../../src/edge/identity/issuer/index.ts';
import { createListener } from '../../src/base/net/index.ts';
import { describeError, type Issuer } from '../../src/edge/identity/issuer/index.ts';
import { House, type HouseOptions } from '../edge/login/house.ts';
import { type Issuing, issuing, kubeflow } from '../identity/issuing.ts';

type Context = Parameters<typeof issuing>[0];

export interface Fronted extends Issuing {
  readonly house: House;
}

/**
 * Opens a gateway once, and puts a new issuer behind it for each login that is to be told apart; to the gateway it is one and the same,
 * at one address and with the same keys.
 */
export class Front {
  readonly house: House;
  readonly #url: string;
  readonly #close: () => Promise<unknown>;
  readonly #use: (issuer: Issuer) => void;

  private constructor(
    house: House,
    url: string,
    use: (issuer: Issuer) => void,
    close: () => Promise<unknown>,
  ) {
    this.house = house;
    this.#url = url;
    this.#use = use;
    this.#close = close;
  }

  /** @param options of the gateway */
  static async open(options: Pick<HouseOptions, 'proxies'> = {}): Promise<Front> {
    let issuer: Issuer | undefined;
    const listener = createListener(
      { describe: describeError, limits: { bodyBytes: 64 * 1024 } },
      (...request) => issuer?.handler(...request),
    );
    const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://localhost:${port}/dex`;
    const house = await House.open({
      ...options,
      issuer: {
        url,
        inside: `http://127.0.0.1:${port}`,
        clientId: kubeflow.id,
        clientSecret: kubeflow.secret ?? '',
        scopes: ['profile', 'email', 'groups', 'openid'],
        userClaim: 'email',
        groupsClaim: 'groups',
      },
    });
    await house.routeIssuer(port);
    return new Front(
      house,
      url,
      one => (issuer = one),
      async () => {
        await house.close();
        await listener.close();
      },
    );
  }

  /** A new issuer, reached through the gateway: `port` is the gateway's. */
  async issuing(context: Context, options: Partial<IssuerOptions> = {}): Promise<Fronted> {
    const { keeper } = this.house;
    const grants = { revoke: (grant: string, user: string) => keeper.revoke(grant, user) };
    const running = await issuing(context, { grants, ...options, url: this.#url });
    this.#use(running.issuer);
    this.house.ahead = 0;
    return { ...running, port: this.house.port, house: this.house };
  }

  close(): Promise<unknown> {
    return this.#close();
  }
}
