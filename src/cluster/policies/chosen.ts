import { randomUUID } from 'node:crypto';
import type { Authorizer } from '../../base/access/index.ts';
import type { AdmissionRequest, Lookup } from '../admission/index.ts';
import type { Equivalents, Kind } from '../kinds/index.ts';
import type { KubeObject } from '../meta/index.ts';
import { authorizerFor } from '../webhooks/index.ts';
import type { Binding, PolicySpec } from './configuration.ts';
import { Evaluation } from './evaluation.ts';
import { binds, constrains } from './match.ts';
import { type FindKind, paramsOf } from './params.ts';

export interface PolicyParts {
  readonly lookup: Lookup;
  readonly findKind: FindKind;
  readonly equivalents: Equivalents;
  readonly authorizer: Authorizer;
}

export const group = 'admissionregistration.k8s.io';

/** A policy that is to be asked about a request, with the binding that says so. */
export interface Chosen<Policy> {
  readonly policy: Policy;
  readonly binding: Binding;
  /** The version that it is asked in. */
  readonly kind: Kind;
}

/** The policies that are about a request, in order of their names, each with each of its bindings. */
export function chosen<Policy extends KubeObject & { readonly spec: PolicySpec }>(
  { lookup, equivalents }: PolicyParts,
  policies: string,
  request: AdmissionRequest,
): Chosen<Policy>[] {
  const labelsOf = (name: string): Readonly<Record<string, string>> | undefined =>
    lookup.get('namespaces', '', name)?.metadata.labels;
  const bindings = lookup.list(`${policies.replace(/ies$/, 'y')}bindings`) as readonly Binding[];
  return (lookup.list(policies) as readonly Policy[]).toSorted(byName).flatMap(policy => {
    const kind = constrains(policy.spec.matchConstraints ?? {}, request, labelsOf, equivalents);
    if (kind === undefined) return [];
    return bindings
      .filter(({ spec }) => spec.policyName === policy.metadata.name)
      .toSorted(byName)
      .filter(({ spec }) => binds(spec.matchResources, request, labelsOf, equivalents))
      .map(binding => ({ policy, binding, kind }));
  });
}

function byName(a: KubeObject, b: KubeObject): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

/** A policy as one of its parameters has it, asked about requests. */
export interface Invocation {
  /** Whether the conditions of the policy hold. @throws Error when one fails. */
  matches(request: AdmissionRequest): boolean;
  /** What the expressions of the policy are asked with, its variables among them. */
  evaluation(request: AdmissionRequest): Evaluation;
}

/**
 * One for each of the parameters; requests are in the version that the policy is asked in.
 * @throws Error when parameters are missing.
 */
export function invocations(
  parts: PolicyParts,
  { policy: { spec }, binding }: Chosen<KubeObject & { readonly spec: PolicySpec }>,
  request: AdmissionRequest,
): Invocation[] {
  const { lookup } = parts;
  const { namespace } = request;
  const home = namespace === '' ? undefined : lookup.get('namespaces', '', namespace);
  const authorizer = authorizerFor(parts.authorizer, request);
  return paramsOf(spec, binding, namespace, parts).map(params => {
    const about = (now: AdmissionRequest): Evaluation =>
      new Evaluation(now, params, home, authorizer, randomUUID());
    return {
      matches: now => about(now).matches(spec),
      evaluation: now => about(now).define(spec),
    };
  });
}
