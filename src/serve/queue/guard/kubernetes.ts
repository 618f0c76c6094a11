import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { apiAudience, gatewayAudience, pathExtra } from '../../../base/access/index.ts';
import type { Caller, Permission, Reviews } from './reviews.ts';

/** Where a guard asks, and what about. */
export interface ReviewPlace {
  /** `https://10.0.0.1:443`. */
  readonly server: string;
  /** Files with the token of the pod's service account, and with the certificates by which the server is known. */
  readonly tokenFile: string;
  readonly authorityFile: string;
  readonly namespace: string;
  /** Name of the InferenceService. */
  readonly service: string;
}

const nobody: Caller = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Tokens of the gateway's audience are for services, too. */
const audiences = [apiAudience, gatewayAudience];

/** Milliseconds for an answer. */
const patience = 10_000;
const longestAnswer = 1024 * 1024;
/** Milliseconds after which the token is read again: it is renewed in its file. */
const tokenStays = 30_000;
const connections = 8;

/** Reviews of the Kubernetes API: TokenReview, and LocalSubjectAccessReview on `inferenceservices/predict`. */
export class KubernetesReviews implements Reviews {
  readonly #place: ReviewPlace;
  readonly #now: () => number;
  #agent: Promise<Agent> | undefined;
  #token: { readonly text: string; readonly read: number } | undefined;

  /** @param now milliseconds that only grow */
  constructor(place: ReviewPlace, now: () => number) {
    this.#place = place;
    this.#now = now;
  }

  async who(bearer: string): Promise<Caller | undefined> {
    const status = await this.#review('/apis/authentication.k8s.io/v1/tokenreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: bearer, audiences },
    });
    const user = recordOf(status['user']);
    const name = user['username'];
    if (status['authenticated'] !== true || typeof name !== 'string' || name === '') return undefined;
    const groups = textsOf(user['groups']);
    const extra = Object.entries(recordOf(user['extra'])).map(
      ([key, value]) => [key, textsOf(value)] as const,
    );
    return {
      name,
      groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'],
      ...(typeof user['uid'] === 'string' && { uid: user['uid'] }),
      ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
    };
  }

  async may(caller: Caller | undefined, path: string): Promise<Permission> {
    const { namespace, service } = this.#place;
    const { name, groups, uid, extra } = caller ?? nobody;
    const told = caller === undefined ? { [pathExtra]: [path] } : extra;
    const at = `/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`;
    const status = await this.#review(at, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'LocalSubjectAccessReview',
      metadata: { namespace },
      spec: {
        user: name,
        groups,
        ...(uid !== undefined && { uid }),
        ...(told !== undefined && { extra: told }),
        resourceAttributes: {
          namespace,
          verb: 'create',
          group: 'serving.kserve.io',
          version: 'v1beta1',
          resource: 'inferenceservices',
          subresource: 'predict',
          name: service,
        },
      },
    });
    const reason = status['reason'];
    return { allowed: status['allowed'] === true, reason: typeof reason === 'string' ? reason : '' };
  }

  /** Creates a review; gives its status. */
  async #review(path: string, review: object): Promise<Readonly<Record<string, unknown>>> {
    const [agent, token] = await Promise.all([this.#connections(), this.#ownToken()]);
    const body = Buffer.from(JSON.stringify(review));
    const { code, text } = await this.#post(path, body, agent, token);
    if (code === 401) this.#token = undefined;
    if (code !== 201)
      throw new Error(`the Kubernetes API answered ${code} to ${path}: ${text.slice(0, 300)}`);
    return recordOf(recordOf(JSON.parse(text))['status']);
  }

  #post(
    path: string,
    body: Buffer,
    agent: Agent,
    token: string,
  ): Promise<{ readonly code: number; readonly text: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ code: number; text: string }>();
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: `Bearer ${token}`,
      'user-agent': 'davit-guard',
    };
    const signal = AbortSignal.timeout(patience);
    const url = new URL(path, this.#place.server);
    const sending = request(url, { method: 'POST', agent, headers, signal }, response => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        length += part.length;
        if (length > longestAnswer) sending.destroy(new Error(`the answer to ${path} is too long`));
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ code: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      );
    });
    sending.on('error', reject);
    sending.end(body);
    return promise;
  }

  #connections(): Promise<Agent> {
    this.#agent ??= readFile(this.#place.authorityFile, 'utf8').then(
      ca => new Agent({ keepAlive: true, maxSockets: connections, ca }),
      (error: unknown) => {
        this.#agent = undefined;
        throw error;
      },
    );
    return this.#agent;
  }

  async #ownToken(): Promise<string> {
    const now = this.#now();
    if (this.#token === undefined || now - this.#token.read > tokenStays) {
      const text = (await readFile(this.#place.tokenFile, 'utf8')).trim();
      this.#token = { text, read: now };
    }
    return this.#token.text;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
}
