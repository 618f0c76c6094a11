import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  type ClientAuth,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';
import type { IssuerFacts } from '../index.ts';
import { issuerFetch } from './fetching.ts';
import { unusable, untold } from './refusals.ts';

/** Milliseconds that what an issuer tells of itself is good for. */
const freshness = 3_600_000;
/** Seconds that openid-client waits for an answer. */
const timeout = 10;

/** An issuer as its discovery document tells of it, learned when first asked for. */
export class Issuer {
  readonly facts: IssuerFacts;
  readonly #now: () => number;
  readonly #fetch: ReturnType<typeof issuerFetch>;
  #metadata: ServerMetadata | undefined;
  #until = 0;
  #asking: Promise<ServerMetadata> | undefined;

  constructor(facts: IssuerFacts, now: () => number) {
    this.facts = facts;
    this.#now = now;
    this.#fetch = issuerFetch(facts);
  }

  /**
   * What openid-client works with. It is made anew each time, so that keys are fetched anew: an issuer may have changed them a moment
   * ago, and a login is far dearer than a fetch.
   * @param redirectUri what to tell the token endpoint; openid-client would make it of the URL that was called
   * @throws `issuer-unreachable`, `issuer-answer-wrong`
   */
  async configuration(redirectUri?: string): Promise<Configuration> {
    const { clientId, clientSecret } = this.facts;
    const metadata = await this.#told();
    const config = new Configuration(
      { ...metadata },
      clientId,
      { client_secret: clientSecret },
      authOf(metadata, clientSecret),
    );
    config[customFetch] = redirectUri === undefined ? this.#fetch : sending(this.#fetch, redirectUri);
    config.timeout = timeout;
    if (this.#insecure) allowInsecureRequests(config);
    enableNonRepudiationChecks(config);
    return config;
  }

  /** Over HTTP in the clear nothing but the operator's own word says who the issuer is. */
  get #insecure(): boolean {
    return this.facts.inside !== undefined || this.facts.url.startsWith('http:');
  }

  async #told(): Promise<ServerMetadata> {
    if (this.#metadata !== undefined && this.#now() < this.#until) return this.#metadata;
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    try {
      return await this.#asking;
    } catch (error) {
      if (this.#metadata !== undefined) return this.#metadata;
      throw untold(this.facts.url, error);
    }
  }

  async #ask(): Promise<ServerMetadata> {
    const { url, clientId } = this.facts;
    const found = await discovery(new URL(url), clientId, undefined, None(), {
      [customFetch]: this.#fetch,
      timeout,
      execute: this.#insecure ? [allowInsecureRequests] : [],
    });
    const metadata = found.serverMetadata();
    const wrong = placesOfLogin.find(place => !isAddress(metadata[place]));
    if (wrong !== undefined) throw unusable(url, wrong, metadata[wrong]);
    this.#metadata = metadata;
    this.#until = this.#now() + freshness;
    return this.#metadata;
  }
}

/** Of what an issuer offers, what every login needs. */
const placesOfLogin = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

function isAddress(found: unknown): boolean {
  return typeof found === 'string' && /^https?:$/.test(URL.parse(found)?.protocol ?? '');
}

function authOf({ token_endpoint_auth_methods_supported }: ServerMetadata, secret: string): ClientAuth {
  if (secret === '') return None();
  const methods = token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}

/** A `redirect_uri` that is a path, as Kubeflow's clients have it, is no URL that openid-client could take. */
function sending(fetch: CustomFetch, redirectUri: string): CustomFetch {
  return (url, options) => {
    const { body } = options;
    if (body instanceof URLSearchParams && body.has('redirect_uri')) body.set('redirect_uri', redirectUri);
    return fetch(url, options);
  };
}
