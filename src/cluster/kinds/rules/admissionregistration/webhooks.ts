import {
  duplicateValue,
  type FieldError,
  invalidValue,
  type KubeObject,
  requiredValue,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, faulty, labelSelector } from '../checks.ts';
import { filled, mapped, mappedEach } from '../filling.ts';
import type { Selector } from '../pod/shapes.ts';
import { type Client, clientErrors, completedClient, knownVersions, reviewVersionErrors } from './clients.ts';
import { conditionErrors, hookVariables, type Named } from './expressions.ts';
import { hookRuleErrors, type HookRule } from './hookrules.ts';

interface Webhook {
  readonly name?: string;
  readonly clientConfig?: Client;
  readonly rules?: readonly HookRule[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly namespaceSelector?: Selector;
  readonly objectSelector?: Selector;
  readonly reinvocationPolicy?: string;
  readonly admissionReviewVersions?: readonly string[];
  readonly matchConditions?: readonly Named[];
}

interface Configuration {
  readonly webhooks?: readonly Webhook[];
}

function completed(hook: Webhook, mutating: boolean): Webhook {
  let next = filled(hook, {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    ...(mutating && { reinvocationPolicy: 'Never' }),
  });
  next = mappedEach(next, 'rules', rule => filled(rule, { scope: '*' }));
  return mapped(next, 'clientConfig', completedClient);
}

function errorsOf(object: KubeObject): FieldError[] {
  const names = new Set<string>();
  return ((object as Configuration).webhooks ?? []).flatMap((hook, index) => {
    const field = `webhooks[${index}]`;
    const { name = '' } = hook;
    const errors = [...hookErrors(hook, field), ...versionErrors(hook, `${field}.admissionReviewVersions`)];
    if (name !== '' && names.has(name)) errors.push(duplicateValue(`${field}.name`, name));
    names.add(name);
    return errors;
  });
}

const policies = ['Fail', 'Ignore'];
const sideEffects = ['None', 'NoneOnDryRun'];

function hookErrors(hook: Webhook, field: string): FieldError[] {
  const {
    failurePolicy,
    matchPolicy,
    sideEffects: effects,
    timeoutSeconds: seconds,
    reinvocationPolicy,
  } = hook;
  return [
    ...hookNameErrors(hook.name ?? '', `${field}.name`),
    ...(hook.rules ?? []).flatMap((rule, index) => hookRuleErrors(rule, `${field}.rules[${index}]`)),
    ...(failurePolicy === undefined ? [] : among(failurePolicy, policies, `${field}.failurePolicy`)),
    ...(matchPolicy === undefined ? [] : among(matchPolicy, ['Equivalent', 'Exact'], `${field}.matchPolicy`)),
    ...(effects === undefined
      ? [requiredValue(`${field}.sideEffects`, `must specify one of ${sideEffects.join(', ')}`)]
      : sideEffects.includes(effects)
        ? []
        : [unsupportedValue(`${field}.sideEffects`, effects, sideEffects)]),
    ...(seconds !== undefined && (seconds > 30 || seconds < 1)
      ? [
          invalidValue(
            `${field}.timeoutSeconds`,
            seconds,
            'the timeout value must be between 1 and 30 seconds',
          ),
        ]
      : []),
    ...labelSelector(hook.namespaceSelector, `${field}.namespaceSelector`),
    ...labelSelector(hook.objectSelector, `${field}.objectSelector`),
    ...(reinvocationPolicy === undefined
      ? []
      : among(reinvocationPolicy, ['IfNeeded', 'Never'], `${field}.reinvocationPolicy`)),
    ...clientErrors(hook.clientConfig ?? {}, `${field}.clientConfig`),
    ...conditionErrors(hook.matchConditions, hookVariables, `${field}.matchConditions`),
  ];
}

/** The name of a webhook has at least three parts. */
function hookNameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [requiredValue(field)];
  const faults = subdomainFaults(name);
  if (faults.length > 0) return faulty(faults, field, name);
  if (name.split('.').length >= 3) return [];
  return [invalidValue(field, name, 'should be a domain with at least three segments separated by dots')];
}

/** What it is asked in: at least one version that an API server has. */
function versionErrors({ admissionReviewVersions: versions = [] }: Webhook, field: string): FieldError[] {
  if (versions.length > 0) return reviewVersionErrors(versions, field);
  return [requiredValue(field, `must specify one of ${knownVersions.join(', ')}`)];
}

function rulesOfHooks(mutating: boolean): Rules {
  return {
    complete: object =>
      mappedEach(object as KubeObject & Configuration, 'webhooks', hook => completed(hook, mutating)),
    validateCreate: errorsOf,
    validateUpdate: errorsOf,
  };
}

/** Rules of MutatingWebhookConfiguration. */
export const mutatingwebhookconfigurations: Rules = rulesOfHooks(true);

/** Rules of ValidatingWebhookConfiguration. */
export const validatingwebhookconfigurations: Rules = rulesOfHooks(false);
