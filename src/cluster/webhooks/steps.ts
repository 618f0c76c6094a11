import type { Authorizer } from '../../base/access/index.ts';
import {
  type Admission,
  type AdmissionRequest,
  type Changing,
  inTurn,
  type Lookup,
} from '../admission/index.ts';
import { type Equivalents, inVersion, type Kind } from '../kinds/index.ts';
import { badRequest, internalError, isStatusError, type KubeObject } from '../meta/index.ts';
import { jsonPatch } from '../patch/index.ts';
import { celValue, expressionOf } from '../schema/index.ts';
import { authorizerFor } from './authorizer.ts';
import { callWebhook } from './call.ts';
import type { Configuration, Webhook } from './configuration.ts';
import { askedAs } from './match.ts';
import { denial, failedCall, reviewRequest, type Verdict, verdictOf } from './review.ts';
import { inKind } from './versions.ts';

const group = 'admissionregistration.k8s.io';
const mutating = `${group}/mutatingwebhookconfigurations`;
const validating = `${group}/validatingwebhookconfigurations`;

export interface WebhookParts {
  readonly lookup: Lookup;
  readonly equivalents: Equivalents;
  /** Whom conditions ask about rights. */
  readonly authorizer: Authorizer;
  readonly newUid: () => string;
}

/**
 * The steps that ask webhooks of MutatingWebhookConfigurations and ValidatingWebhookConfigurations, in the order of the
 * configurations' names, over HTTPS. Configurations themselves are never asked about, so that a bad one can be taken away.
 */
export function webhookAdmission(parts: WebhookParts): Admission[] {
  return [
    {
      name: 'MutatingAdmissionWebhook',
      concerns: request => asks(parts, mutating, request),
      mutate: (request, later) =>
        inTurn(
          {
            ones: chosen(parts, mutating, request),
            asksAgain: ({ webhook }) => webhook.reinvocationPolicy === 'IfNeeded',
            change: (one, now) => changedBy(parts, one, now),
          },
          request as Changing,
          later,
        ),
    },
    {
      name: 'ValidatingAdmissionWebhook',
      concerns: request => asks(parts, validating, request),
      validate: request => validate(parts, request),
    },
  ];
}

function asks({ lookup }: WebhookParts, resource: string, { kind }: AdmissionRequest): boolean {
  return kind.group !== group && lookup.list(resource).length > 0;
}

/** A webhook that is to be asked, and the version that it is asked in. */
interface Chosen {
  readonly webhook: Webhook;
  readonly kind: Kind;
}

function chosen(
  { lookup, equivalents }: WebhookParts,
  resource: string,
  request: AdmissionRequest,
): Chosen[] {
  const labelsOf = (name: string): Readonly<Record<string, string>> | undefined =>
    lookup.get('namespaces', '', name)?.metadata.labels;
  const byName = (a: KubeObject, b: KubeObject): number =>
    (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
  return [...lookup.list(resource)]
    .toSorted(byName)
    .flatMap(configuration => (configuration as Configuration).webhooks ?? [])
    .flatMap(webhook => {
      const kind = askedAs(webhook, request, labelsOf, equivalents);
      return kind === undefined ? [] : [{ webhook, kind }];
    });
}

async function changedBy(parts: WebhookParts, one: Chosen, told: Changing): Promise<KubeObject> {
  const request = await inKind(told, one.kind);
  const verdict = await ask(parts, one, request);
  if (verdict?.patch === undefined) return told.object;
  let after: KubeObject;
  try {
    after = jsonPatch(request.object, JSON.parse(verdict.patch)) as KubeObject;
  } catch (error) {
    throw internalError(error instanceof Error ? error.message : String(error));
  }
  return inVersion(after, one.kind, told.kind);
}

async function validate(parts: WebhookParts, request: AdmissionRequest): Promise<void> {
  await Promise.all(chosen(parts, validating, request).map(one => ask(parts, one, request)));
}

/**
 * Asks a webhook; undefined when it is not to be asked, or could not be and does not have to be.
 * @throws StatusError of a denial, and of a call that failed.
 */
async function ask(
  { lookup, newUid, authorizer }: WebhookParts,
  { webhook, kind }: Chosen,
  told: AdmissionRequest,
): Promise<Verdict | undefined> {
  const { name, clientConfig, failurePolicy = 'Fail', sideEffects, timeoutSeconds } = webhook;
  const request = await inKind(told, kind);
  const uid = newUid();
  const review = reviewRequest(request, uid);
  const asked = conditionValues(review, authorizerFor(authorizer, request));
  if (!conditionsHold(webhook, asked)) return undefined;
  if (request.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook "${name}" does not support dry run`);
  }
  let verdict: Verdict;
  try {
    const body = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request: review };
    verdict = verdictOf(await callWebhook(clientConfig, body, timeoutSeconds, lookup), uid);
  } catch (error) {
    if (failurePolicy === 'Ignore') return undefined;
    throw failedCall(name, error instanceof Error ? error.message : String(error));
  }
  for (const text of verdict.warnings) request.warn(text);
  if (!verdict.allowed) throw denial(name, verdict.status);
  return verdict;
}

/** What conditions may name. */
function conditionValues(review: Record<string, unknown>, authorizer: unknown): Record<string, unknown> {
  const { object, oldObject, ...request } = review;
  return { ...(celValue({ object, oldObject, request }) as object), authorizer };
}

/** One condition that does not hold decides; one that fails does as the failure policy says. */
function conditionsHold(
  { name, matchConditions = [], failurePolicy = 'Fail' }: Webhook,
  values: Record<string, unknown>,
): boolean {
  const failures: string[] = [];
  for (const { name: condition, expression } of matchConditions) {
    const compiled = expressionOf(expression, Object.keys(values), 'bool');
    try {
      if ('fault' in compiled) throw new Error(compiled.fault);
      if (compiled.ask(values) !== true) return false;
    } catch (error) {
      if (isStatusError(error)) throw error;
      failures.push(`${condition}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failures.length === 0) return true;
  if (failurePolicy === 'Ignore') return false;
  throw failedCall(name, `match conditions: ${failures.join(', ')}`);
}
