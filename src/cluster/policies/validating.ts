import type { Admission, AdmissionRequest } from '../admission/index.ts';
import type { Kind } from '../kinds/index.ts';
import { inKind } from '../webhooks/index.ts';
import { type Chosen, chosen, group, invocations, type PolicyParts } from './chosen.ts';
import type { Validation, ValidatingPolicy } from './configuration.ts';
import type { Evaluation } from './evaluation.ts';
import { messageOf, refusal } from './messages.ts';

const resource = `${group}/validatingadmissionpolicies`;

/** The step that asks ValidatingAdmissionPolicies; policies themselves are never asked about. */
export function validatingPolicies(parts: PolicyParts): Admission {
  return {
    name: 'ValidatingAdmissionPolicy',
    concerns: ({ kind }) => !isPolicy(kind) && parts.lookup.list(resource).length > 0,
    validate: async request => {
      for (const one of chosen<ValidatingPolicy>(parts, resource, request))
        check(parts, one, await inKind(request, one.kind));
    },
  };
}

/** Whether objects of a kind are policies or their bindings, which nothing but rights may stand against. */
export function isPolicy(kind: Pick<Kind, 'group' | 'plural'>): boolean {
  return kind.group === group && /^(validating|mutating)admissionpolic(ies|ybindings)$/.test(kind.plural);
}

interface Fault {
  readonly message: string;
  readonly reason: Validation['reason'];
}

/** @throws StatusError of the first validation that does not hold, where the binding denies. */
function check(parts: PolicyParts, one: Chosen<ValidatingPolicy>, request: AdmissionRequest): void {
  const { policy, binding } = one;
  const names = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  const { validationActions: actions = ['Deny'] } = binding.spec;
  const faults = faultsOf(parts, one, request);
  if (actions.includes('Warn')) {
    for (const { message } of faults) request.warn(`Validation failed for ${names}: ${message}`);
  }
  const [first] = faults;
  if (first === undefined || !actions.includes('Deny')) return;
  throw refusal(request, `${names} denied request: ${first.message}`, first.reason);
}

function faultsOf(parts: PolicyParts, one: Chosen<ValidatingPolicy>, request: AdmissionRequest): Fault[] {
  const { failurePolicy = 'Fail', validations = [] } = one.policy.spec;
  try {
    return invocations(parts, one, request)
      .filter(invocation => invocation.matches(request))
      .map(invocation => invocation.evaluation(request))
      .flatMap(evaluation =>
        validations.flatMap(validation => faultOf(evaluation, validation, failurePolicy)),
      );
  } catch (error) {
    return failurePolicy === 'Ignore' ? [] : [{ message: messageOf(error), reason: 'Invalid' }];
  }
}

function faultOf(evaluation: Evaluation, validation: Validation, failurePolicy: 'Fail' | 'Ignore'): Fault[] {
  const { expression, reason } = validation;
  try {
    if (evaluation.ask(expression, 'bool') === true) return [];
  } catch (error) {
    if (failurePolicy === 'Ignore') return [];
    const message = `expression '${expression.trim()}' resulted in error: ${messageOf(error)}`;
    return [{ message, reason: 'Invalid' }];
  }
  return [{ message: worded(evaluation, validation), reason }];
}

/** The words of a validation's own expression, where it gives one line that can be told. */
function worded(evaluation: Evaluation, { expression, message = '', messageExpression }: Validation): string {
  const plain = message.trim() === '' ? `failed expression: ${expression.trim()}` : message.trim();
  if (messageExpression === undefined || messageExpression === '') return plain;
  try {
    const text = String(evaluation.ask(messageExpression, 'string')).trim();
    return text === '' || text.includes('\n') || text.length > longest ? plain : text;
  } catch {
    return plain;
  }
}

const longest = 5 * 1024;
