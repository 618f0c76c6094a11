import { type Admission, type Changing, inTurn } from '../admission/index.ts';
import { inVersion } from '../kinds/index.ts';
import { type JsonObject, type KubeObject } from '../meta/index.ts';
import { jsonPatch, withApplied } from '../patch/index.ts';
import { plainValue } from '../schema/index.ts';
import { type Chosen, chosen, group, type Invocation, invocations, type PolicyParts } from './chosen.ts';
import type { MutatingPolicy, Mutation } from './configuration.ts';
import type { Evaluation } from './evaluation.ts';
import { messageOf, refusal } from './messages.ts';
import { inKind } from '../webhooks/index.ts';
import { isPolicy } from './validating.ts';

const resource = `${group}/mutatingadmissionpolicies`;

/** The step that lets MutatingAdmissionPolicies change objects; policies themselves are never changed. */
export function mutatingPolicies(parts: PolicyParts): Admission {
  return {
    name: 'MutatingAdmissionPolicy',
    concerns: ({ kind }) => !isPolicy(kind) && parts.lookup.list(resource).length > 0,
    mutate: (request, later) =>
      inTurn(
        {
          ones: chosen<MutatingPolicy>(parts, resource, request),
          asksAgain: ({ policy }) => policy.spec.reinvocationPolicy === 'IfNeeded',
          change: (one, now) => changedBy(parts, one, now),
        },
        request as Changing,
        later,
      ),
  };
}

/**
 * What a policy makes of an object: for each parameter its conditions are asked once, of what the parameters before it have made;
 * then its mutations are made one after the other, each of what the one before it has made. Where the policy may fail, what fails
 * is left out and the rest is made.
 * @throws StatusError when a policy that must not fail does.
 */
async function changedBy(
  parts: PolicyParts,
  one: Chosen<MutatingPolicy>,
  told: Changing,
): Promise<KubeObject> {
  const { mutations = [] } = one.policy.spec;
  const request = await inKind(told, one.kind);
  let { object } = request;
  for (const invocation of tolerant(one, request, [], () => invocations(parts, one, request))) {
    const now = { ...request, object };
    if (!tolerant(one, request, false, () => invocation.matches(now))) continue;
    for (const mutation of mutations)
      object = tolerant(one, request, object, () => changed(invocation, mutation, { ...request, object }));
  }
  return object === request.object ? told.object : inVersion(object, one.kind, told.kind);
}

/** @throws StatusError of what fails, unless the policy may fail. */
function tolerant<T>(
  { policy, binding }: Chosen<MutatingPolicy>,
  request: Changing,
  otherwise: T,
  act: () => T,
): T {
  try {
    return act();
  } catch (error) {
    if (policy.spec.failurePolicy === 'Ignore') return otherwise;
    const names = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
    throw refusal(request, `${names} denied request: ${messageOf(error)}`);
  }
}

function changed(invocation: Invocation, mutation: Mutation, request: Changing): KubeObject {
  return patched(invocation.evaluation(request), mutation, request);
}

function patched(
  evaluation: Evaluation,
  { patchType, applyConfiguration, jsonPatch: patch }: Mutation,
  { object, kind }: Changing,
): KubeObject {
  const expression = (patchType === 'JSONPatch' ? patch : applyConfiguration)?.expression ?? '';
  const value = plainValue(evaluation.ask(expression, 'any'));
  if (patchType === 'JSONPatch') {
    if (!Array.isArray(value)) throw new Error('a JSONPatch expression gives a list of JSONPatch');
    return jsonPatch(object, value) as KubeObject;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error('an ApplyConfiguration expression gives an Object');
  const wrong = ['apiVersion', 'kind'].find(name => Object.hasOwn(value, name));
  if (wrong !== undefined) throw new Error(`an ApplyConfiguration does not set ${wrong}`);
  return withApplied(object, value as JsonObject, kind.shape);
}
