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
import { partyErrors } from './errors.ts';
import { issuerFetch } from './fetching.ts';
import { reasonOf, wrongNaming } from './reasons.ts';

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
    this.#metadata = found.serverMetadata();
    this.#until = this.#now() + freshness;
    return this.#metadata;
  }
}

/** Why an issuer has not told what it offers: another one answers there, or none. */
function untold(url: string, error: unknown): Error {
  const naming = wrongNaming(error);
  if (naming !== undefined) {
    const { issuer } = naming;
    const named =
      issuer === undefined
        ? 'does not say which issuer it is'
        : `calls itself the issuer ${JSON.stringify(issuer.slice(0, 200))}`;
    const text = `What is at ${url} ${named}; expected ${JSON.stringify(url)}, letter by letter.`;
    return partyErrors.make['issuer-answer-wrong'](text, { cause: error });
  }
  const text = `The issuer ${url} cannot be asked what it offers: ${reasonOf(error)}.`;
  return partyErrors.make['issuer-unreachable'](text, { cause: error });
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
