import {
  duplicateValue,
  elementOf,
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  label1035Faults,
  requiredValue,
  subdomainFaults,
  tooMany,
  unsupportedValue,
} from '../../meta/index.ts';
import { followFieldPath, schemaErrors } from '../../schema/index.ts';
import type { PrinterColumn } from '../registry/rows.ts';
import { same } from '../rules/sameness.ts';
import { conversionErrors } from './conversion.ts';
import { type DefinitionSpec, type Names, specOf, statusOf, type Version } from './definition.ts';

/**
 * What is wrong with a definition, with the messages and paths of apiextensions 1.37. What all versions say alike is held to stand
 * at the top, as in its internal version: a single version's schema is `spec.validation.openAPIV3Schema` in messages.
 */
export function definitionErrors(definition: KubeObject, old?: KubeObject): FieldError[] {
  const spec = specOf(definition);
  const { name = '' } = definition.metadata;
  const misnamed = old === undefined && name !== `${spec.names.plural}.${spec.group}`;
  return [
    ...(misnamed ? [invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group')] : []),
    ...specErrors(spec, old),
    ...namesErrors(statusOf(definition).acceptedNames, 'status.acceptedNames'),
    ...storedErrors(spec, statusOf(definition).storedVersions ?? []),
    ...preserveErrors(spec),
  ];
}

function specErrors(spec: DefinitionSpec, old: KubeObject | undefined): FieldError[] {
  const hoisted = hoistedOf(spec);
  return [
    ...groupErrors(spec.group),
    ...scopeErrors(spec.scope),
    ...spec.versions.flatMap((version, index) => missingSchemaErrors(version, index)),
    ...spec.versions.flatMap((version, index) =>
      versionErrors(version, elementOf('spec.versions', index), hoisted),
    ),
    ...setErrors(spec, hoisted),
    ...requiredNames(spec.names),
    ...namesErrors(spec.names, 'spec.names'),
    ...topErrors(spec, hoisted),
    ...conversionErrors(spec.conversion, old),
  ];
}

/** Which parts all versions have in common. */
interface Hoisted {
  readonly schema: boolean;
  readonly subresources: boolean;
  readonly columns: boolean;
  readonly selectable: boolean;
}

function hoistedOf({ versions }: DefinitionSpec): Hoisted {
  const alike = (part: (version: Version) => unknown): boolean =>
    versions.every(version => same(part(version), part(versions[0] as Version)));
  return {
    schema: alike(({ schema }) => schema),
    subresources: alike(({ subresources }) => subresources),
    columns: alike(version => version.additionalPrinterColumns),
    selectable: alike(version => version.selectableFields),
  };
}

function groupErrors(group: string): FieldError[] {
  if (group === '') return [requiredValue('spec.group')];
  const faults = subdomainFaults(group);
  if (faults.length > 0) return [invalidValue('spec.group', group, faults.join(','))];
  return group.includes('.')
    ? []
    : [invalidValue('spec.group', group, 'should be a domain with at least one dot')];
}

function scopeErrors(scope: string): FieldError[] {
  if (scope === '') return [requiredValue('spec.scope')];
  const scopes = ['Cluster', 'Namespaced'];
  return scopes.includes(scope) ? [] : [unsupportedValue('spec.scope', scope, scopes)];
}

function missingSchemaErrors({ schema }: Version, index: number): FieldError[] {
  if (schema?.openAPIV3Schema !== undefined) return [];
  return [requiredValue(`${elementOf('spec.versions', index)}.schema.openAPIV3Schema`)];
}

function versionErrors(version: Version, field: string, hoisted: Hoisted): FieldError[] {
  // What is sent may lack it.
  const { name = '' } = version as Partial<typeof version>;
  const faults = label1035Faults(name);
  return [
    ...(faults.length > 0 ? [invalidValue(`${field}.name`, name, faults.join(','))] : []),
    ...deprecationErrors(version, `${field}.deprecationWarning`),
    ...(hoisted.schema ? [] : versionSchemaErrors(version, `${field}.schema.openAPIV3Schema`)),
    ...(hoisted.subresources ? [] : subresourceErrors(version, `${field}.subresources`)),
    ...(hoisted.columns ? [] : columnsErrors(version, field)),
    ...(hoisted.selectable ? [] : selectableErrors(version, `${field}.selectableFields`)),
  ];
}

/** What all versions share, told once. */
function topErrors({ versions }: DefinitionSpec, hoisted: Hoisted): FieldError[] {
  const [first] = versions;
  if (first === undefined) return [];
  return [
    ...(hoisted.schema ? versionSchemaErrors(first, 'spec.validation.openAPIV3Schema') : []),
    ...(hoisted.subresources ? subresourceErrors(first, 'spec.subresources') : []),
    ...(hoisted.columns ? columnsErrors(first, 'spec') : []),
    ...(hoisted.selectable ? selectableErrors(first, 'spec.selectableFields') : []),
  ];
}

function deprecationErrors(
  { deprecated, deprecationWarning: warning }: Version,
  field: string,
): FieldError[] {
  if (warning === undefined) return [];
  if (deprecated !== true) return [invalidValue(field, warning, 'can only be set for deprecated versions')];
  const errors: FieldError[] = [];
  if (Buffer.byteLength(warning) > 256)
    errors.push(invalidValue(field, warning, 'must be <= 256 characters long'));
  if (warning === '') errors.push(invalidValue(field, warning, 'must not be an empty string'));
  const at = warning.search(/[^\P{C}]|[^\P{Z} ]/u);
  if (at >= 0) {
    const index = Buffer.byteLength(warning.slice(0, at));
    const detail = `must only contain printable UTF-8 characters; non-printable character found at index ${index}`;
    errors.push(invalidValue(field, warning, detail));
  }
  return errors;
}

function versionSchemaErrors({ schema, subresources }: Version, field: string): FieldError[] {
  const root = schema?.openAPIV3Schema;
  if (root === undefined) return [];
  const errors: FieldError[] = [];
  if (subresources?.status !== undefined && root.type !== undefined && root.type !== 'object') {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    errors.push(invalidValue(`${field}.type`, root.type, detail));
  }
  if (root.nullable === true)
    errors.push(forbiddenField(`${field}.nullable`, 'nullable cannot be true at the root'));
  return [...errors, ...schemaErrors(root, field)];
}

function simplePathErrors(
  path: string | undefined,
  field: string,
  below: readonly string[],
  detail: string,
): FieldError[] {
  if (path === undefined || path === '') return [requiredValue(field)];
  if (!path.startsWith('.')) return [invalidValue(field, path, 'must be a simple json path starting with .')];
  return below.some(prefix => path.startsWith(prefix)) ? [] : [invalidValue(field, path, detail)];
}

function subresourceErrors({ subresources }: Version, field: string): FieldError[] {
  const scale = subresources?.scale;
  if (scale === undefined) return [];
  const at = `${field}.scale`;
  const selector = scale.labelSelectorPath;
  const either = 'should be a json path under either .spec or .status';
  return [
    ...simplePathErrors(
      scale.specReplicasPath,
      `${at}.specReplicasPath`,
      ['.spec.'],
      'should be a json path under .spec',
    ),
    ...simplePathErrors(
      scale.statusReplicasPath,
      `${at}.statusReplicasPath`,
      ['.status.'],
      'should be a json path under .status',
    ),
    ...(selector === undefined || selector === ''
      ? []
      : simplePathErrors(selector, `${at}.labelSelectorPath`, ['.spec.', '.status.'], either)),
  ];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function columnsErrors({ additionalPrinterColumns = [] }: Version, field: string): FieldError[] {
  return additionalPrinterColumns.flatMap((column, index) =>
    columnErrors(column, elementOf(`${field}.additionalPrinterColumns`, index)),
  );
}

function columnErrors(
  { name, type, format = '', jsonPath }: Partial<PrinterColumn>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if ((name ?? '') === '') errors.push(requiredValue(`${field}.name`));
  const types = `must be one of ${columnTypes.join(',')}`;
  if ((type ?? '') === '') errors.push(requiredValue(`${field}.type`, types));
  else if (!columnTypes.includes(type as string)) errors.push(invalidValue(`${field}.type`, type, types));
  if (format !== '' && !columnFormats.includes(format)) {
    errors.push(invalidValue(`${field}.format`, format, `must be one of ${columnFormats.join(',')}`));
  }
  return [...errors, ...simplePathErrors(jsonPath, `${field}.JSONPath`, ['.'], '')];
}

const mostSelectable = 8;

function selectableErrors({ selectableFields = [], schema }: Version, field: string): FieldError[] {
  if (selectableFields.length === 0) return [];
  const root = schema?.openAPIV3Schema;
  if (root === undefined)
    return [invalidValue(field, '', 'may only be set when validations.schema is included')];
  const seen = new Set<string>();
  const errors = selectableFields.flatMap(({ jsonPath }, index) => {
    const at = `${elementOf(field, index)}.jsonPath`;
    if ((jsonPath ?? '') === '') return [requiredValue(at)];
    const found = followFieldPath(jsonPath, root, false);
    if ('fault' in found) return [invalidValue(at, jsonPath, `is an invalid path: ${found.fault}`)];
    const faults: FieldError[] = [];
    if (/^\.metadata(\.|$)/.test(jsonPath))
      faults.push(invalidValue(at, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(found.schema.type ?? '')) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      faults.push(invalidValue(at, jsonPath, detail));
    }
    if (seen.has(jsonPath)) faults.push(duplicateValue(at, jsonPath));
    seen.add(jsonPath);
    return faults;
  });
  return seen.size > mostSelectable ? [...errors, tooMany(field, seen.size, mostSelectable)] : errors;
}

/** Rules of all versions together. */
function setErrors({ versions }: DefinitionSpec, hoisted: Hoisted): FieldError[] {
  const errors: FieldError[] = [];
  const shown = versions.map(version => goVersion(version, hoisted));
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalidValue('spec.versions', shown, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(
      invalidValue('spec.versions', shown, 'must have exactly one version marked as storage version'),
    );
  }
  return errors;
}

/** A version as messages show it: the fields of the Go type, without what stands at the top. */
function goVersion(version: Version, hoisted: Hoisted): unknown {
  return {
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: hoisted.schema ? null : (version.schema ?? null),
    Subresources: hoisted.subresources ? null : (version.subresources ?? null),
    AdditionalPrinterColumns: hoisted.columns ? null : (version.additionalPrinterColumns ?? null),
    SelectableFields: hoisted.selectable ? null : (version.selectableFields ?? null),
  };
}

function requiredNames(names: Names): FieldError[] {
  return (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter(name => (names[name] ?? '') === '')
    .map(name => requiredValue(`spec.names.${name}`));
}

/** Rules of names, wanted ones as accepted ones; those that are empty are looked at elsewhere. */
export function namesErrors(names: Names | undefined, field: string): FieldError[] {
  if (names === undefined) return [];
  const { kind, listKind = '', shortNames = [], categories = [] } = names;
  const label = (value: string | undefined, at: string, detail = ''): FieldError[] => {
    const faults =
      (value ?? '') === ''
        ? []
        : label1035Faults(detail === '' ? (value as string) : (value as string).toLowerCase());
    return faults.length === 0 ? [] : [invalidValue(at, value, detail + faults.join(','))];
  };
  const mixed = 'may have mixed case, but should otherwise match: ';
  return [
    ...label(names.plural, `${field}.plural`),
    ...label(names.singular, `${field}.singular`),
    ...label(kind, `${field}.kind`, mixed),
    ...label(listKind, `${field}.listKind`, mixed),
    ...shortNames.flatMap((name, index) => label(name, elementOf(`${field}.shortNames`, index))),
    ...(kind !== '' && kind === listKind
      ? [invalidValue(`${field}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, index) => label(name, elementOf(`${field}.categories`, index))),
  ];
}

function storedErrors({ versions }: DefinitionSpec, stored: readonly string[]): FieldError[] {
  const field = 'status.storedVersions';
  if (stored.length === 0) return [invalidValue(field, null, 'must have at least one stored version')];
  const errors = versions
    .filter(({ name, storage }) => storage && !stored.includes(name))
    .map(({ name }) => invalidValue(field, stored, `must have the storage version ${name}`));
  stored.forEach((name, index) => {
    if (versions.some(version => version.name === name)) return;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalidValue(elementOf(field, index), name, detail));
  });
  return errors;
}

function preserveErrors({ preserveUnknownFields }: DefinitionSpec): FieldError[] {
  if (preserveUnknownFields !== true) return [];
  const detail =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalidValue('spec.preserveUnknownFields', true, detail)];
}
