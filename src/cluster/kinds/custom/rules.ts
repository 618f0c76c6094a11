import { type FieldError, invalidValue, type KubeObject } from '../../meta/index.ts';
import { unknownFormats } from '../../schema/index.ts';
import type { RuleContext, Rules } from '../kind.ts';
import { completedClient } from '../rules/admissionregistration/clients.ts';
import { mapped } from '../rules/filling.ts';
import { conditionOf, type Conversion, type DefinitionSpec, isTrue, specOf, statusOf } from './definition.ts';
import { withCondition } from './established.ts';
import { definitionErrors, namesErrors } from './validation.ts';

/** Holds a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Rules of CustomResourceDefinition itself (apiextensions' defaults, strategy and validation). */
export const customresourcedefinitions: Rules = {
  complete,
  prepareCreate: definition => stored(definition, undefined),
  prepareUpdate: (definition, old, { subresource }) =>
    subresource === '' ? stored(definition, old) : definition,
  validateCreate: definition => definitionErrors(definition),
  validateUpdate: (definition, old, context) => updateErrors(definition, old, context),
  warnings,
  terminate,
  anyFinalizer: true,
};

function complete(definition: KubeObject): KubeObject {
  const spec = definition['spec'] as Partial<DefinitionSpec> | undefined;
  if (spec === undefined) return definition;
  const { names, conversion } = spec;
  const { kind = '', singular = '', listKind = '' } = names ?? {};
  const completed = {
    ...names,
    ...(singular === '' && kind !== '' && { singular: kind.toLowerCase() }),
    ...(listKind === '' && kind !== '' && { listKind: `${kind}List` }),
  };
  return {
    ...definition,
    spec: {
      ...spec,
      ...(names !== undefined && { names: completed }),
      conversion: completedConversion(conversion ?? { strategy: 'None' }),
    },
  };
}

function completedConversion(conversion: Conversion): Conversion {
  return mapped(conversion, 'webhook', webhook => mapped(webhook, 'clientConfig', completedClient));
}

const fresh = { conditions: null, acceptedNames: { plural: '', kind: '' } };

/** The status as it is kept: a new definition has none, and the storage version is among the stored ones from then on. */
function stored(definition: KubeObject, old: KubeObject | undefined): KubeObject {
  const status = old === undefined ? fresh : statusOf(old);
  const before = statusOf(old ?? definition).storedVersions ?? [];
  const kept = old === undefined ? [] : before;
  const name = specOf(definition).versions.find(({ storage }) => storage)?.name;
  const storedVersions = name === undefined || kept.includes(name) ? kept : [...kept, name];
  return {
    ...definition,
    status: { ...status, storedVersions: storedVersions.length === 0 ? null : storedVersions },
  };
}

function updateErrors(definition: KubeObject, old: KubeObject, { subresource }: RuleContext): FieldError[] {
  if (subresource === 'status')
    return namesErrors(statusOf(definition).acceptedNames, 'status.acceptedNames');
  return [
    ...definitionErrors(definition, old),
    ...immutableErrors(specOf(definition), specOf(old), isTrue(old, 'Established')),
  ];
}

function immutableErrors(spec: DefinitionSpec, old: DefinitionSpec, isServed: boolean): FieldError[] {
  const fixed: readonly (readonly [string, unknown, unknown])[] = [
    ...(isServed
      ? ([
          ['spec.scope', spec.scope, old.scope],
          ['spec.names.kind', spec.names.kind, old.names.kind],
        ] as const)
      : []),
    ['spec.group', spec.group, old.group],
    ['spec.names.plural', spec.names.plural, old.names.plural],
  ];
  return fixed
    .filter(([, value, before]) => value !== before)
    .map(([field, value]) => invalidValue(field, value, 'field is immutable'));
}

function warnings(definition: KubeObject): string[] {
  const schemas = specOf(definition).versions.flatMap(({ schema }) => schema?.openAPIV3Schema ?? []);
  return [...new Set(schemas.flatMap(unknownFormats))].map(
    format => `unrecognized format ${JSON.stringify(format)}`,
  );
}

/** A definition that is deleted first waits for its objects. */
function terminate(definition: KubeObject, { now }: RuleContext): KubeObject | undefined {
  const { metadata } = definition;
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const finalizers = metadata.finalizers ?? [];
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const pending = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return withCondition(
    {
      ...definition,
      metadata: {
        ...metadata,
        deletionTimestamp: time,
        finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
      },
    },
    pending,
    now,
  );
}

/** Whether the objects of a definition are served. */
export function isEstablished(definition: KubeObject): boolean {
  return conditionOf(definition, 'Established')?.status === 'True';
}
