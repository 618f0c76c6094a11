import {
  badRequest,
  type FieldError,
  forbiddenField,
  invalid,
  invalidValue,
  internalError,
  parseFieldSelector,
  parseLabelSelector,
  type FieldSelector,
  type LabelSelector,
  requiredValue,
  tooLong,
  unsupportedValue,
} from '../../meta/index.ts';
import { isTrue } from './request.ts';

/** What a write may say in its query. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string | undefined;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  readonly force: boolean | undefined;
}

/** What a list or watch may say in its query. */
export interface ListQuery {
  readonly labels: LabelSelector;
  readonly labelText: string;
  readonly fields: FieldSelector;
  readonly fieldText: string;
  readonly limit: number;
  readonly continue: string;
  /** As given; empty when absent. */
  readonly resourceVersion: string;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  readonly timeoutSeconds: number | undefined;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

export type WriteKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const validations = ['', 'Ignore', 'Strict', 'Warn'];

/**
 * Reads the options of a write.
 * @throws StatusError 422 about `CreateOptions.meta.k8s.io` and its like.
 */
export function writeOptions(kind: WriteKind, query: URLSearchParams, apply = false): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const manager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const force = query.get('force');
  const errors = [...dryRunErrors(dryRun), ...managerErrors(kind, manager, force, apply)];
  if (!validations.includes(validation)) {
    errors.push(unsupportedValue('fieldValidation', validation, validations));
  }
  refuse(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager: manager === '' ? undefined : manager,
    fieldValidation: (validation === '' ? 'Warn' : validation) as WriteOptions['fieldValidation'],
    force: force === null ? undefined : isTrue(force),
  };
}

function dryRunErrors(dryRun: readonly string[]): FieldError[] {
  if (dryRun.every(value => value === 'All')) return [];
  return [unsupportedValue('dryRun', dryRun, ['All'])];
}

function managerErrors(kind: WriteKind, manager: string, force: string | null, apply: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (kind === 'PatchOptions') {
    if (apply && manager === '') {
      errors.push(requiredValue('fieldManager', 'is required for apply patch'));
    } else if (!apply && force !== null) {
      errors.push(forbiddenField('force', 'may not be specified for non-apply patch'));
    }
  }
  if (Buffer.byteLength(manager) > 128) errors.push(tooLong('fieldManager', 128));
  for (const [index, char] of Array.from(manager).entries()) {
    if (/[\p{C}]/u.test(char)) {
      const detail = `invalid character ${JSON.stringify(char)} (at position ${index})`;
      errors.push(
        invalidValue('fieldManager', manager, `should only contain printable characters: ${detail}`),
      );
      break;
    }
  }
  return errors;
}

function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: kind }, '', errors);
}

/**
 * Reads the options of a list, a watch or a deletion of a collection.
 * @throws StatusError 400 and 422 as the real server words them.
 */
export function listQuery(query: URLSearchParams, verb: string): ListQuery {
  const labelText = query.get('labelSelector') ?? '';
  const fieldText = query.get('fieldSelector') ?? '';
  const initial = query.get('sendInitialEvents');
  const options: ListQuery = {
    labels: parseLabelSelector(labelText),
    labelText,
    fields: parseFieldSelector(fieldText),
    fieldText,
    limit: integer(query.get('limit')) ?? 0,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    match: (query.get('resourceVersionMatch') ?? '') as ListQuery['match'],
    timeoutSeconds: integer(query.get('timeoutSeconds')),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null || initial === '' ? undefined : isTrue(initial),
  };
  refuse('ListOptions', verb === 'watch' ? watchErrors(options) : listErrors(options));
  if (verb !== 'watch') continueRules(options);
  return options;
}

const matches = ['Exact', 'NotOlderThan', ''];

function listErrors({ match, resourceVersion, sendInitialEvents }: ListQuery): FieldError[] {
  const errors: FieldError[] = [];
  const field = 'resourceVersionMatch';
  if (match !== '') {
    if (resourceVersion === '') {
      errors.push(forbiddenField(field, `${field} is forbidden unless resourceVersion is provided`));
    }
    if (!matches.includes(match)) errors.push(unsupportedValue(field, match, matches));
    else if (match === 'Exact' && resourceVersion === '0') {
      errors.push(forbiddenField(field, `${field} "Exact" is forbidden for resourceVersion "0"`));
    }
  }
  if (sendInitialEvents !== undefined) {
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return errors;
}

function watchErrors({ match, sendInitialEvents }: ListQuery): FieldError[] {
  const field = 'resourceVersionMatch';
  if (sendInitialEvents === undefined) {
    if (match === '') return [];
    return [forbiddenField(field, `${field} is forbidden for watch unless sendInitialEvents is provided`)];
  }
  if (match === 'NotOlderThan') return [];
  const detail = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  const errors = [forbiddenField(field, detail)];
  if (match !== '') errors.push(unsupportedValue(field, match, ['NotOlderThan']));
  return errors;
}

function continueRules({ continue: token, resourceVersion, match }: ListQuery): void {
  if (token === '') return;
  if (match !== '') {
    const detail = 'resourceVersionMatch is forbidden when continue is provided';
    refuse('ListOptions', [forbiddenField('resourceVersionMatch', detail)]);
  }
  if (resourceVersion !== '' && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
}

function integer(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^[-+]?\d{1,19}$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

/**
 * A resource version of a query; undefined when none is given.
 * @throws StatusError 400 for a list and 500 for a watch, as the real server.
 */
export function revisionOf(text: string, verb: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d{1,19}$/.test(text)) return Number(text);
  const fault = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw verb === 'watch' ? internalError(fault) : badRequest(`invalid resource version: ${fault}`);
}

/** What a deletion may say, in its query or its body. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds: number | undefined;
  readonly propagation: 'Foreground' | 'Background' | 'Orphan' | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

interface DeleteBody {
  readonly dryRun?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const policies = ['Foreground', 'Background', 'Orphan'];

/**
 * Reads the options of a deletion; a body counts alone, else the query does.
 * @throws StatusError 422 about `DeleteOptions.meta.k8s.io`.
 */
export function deleteOptions(body: DeleteBody | undefined, query: URLSearchParams): DeleteOptions {
  const given = body ?? queryBody(query);
  const dryRun = [...(given.dryRun ?? [])];
  const errors = dryRunErrors(dryRun);
  const policy = given.propagationPolicy;
  if (policy !== undefined && given.orphanDependents !== undefined) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(invalidValue('propagationPolicy', policy, detail));
  } else if (policy !== undefined && !policies.includes(policy)) {
    errors.push(unsupportedValue('propagationPolicy', policy, [...policies, 'nil']));
  }
  refuse('DeleteOptions', errors);
  const orphan = given.orphanDependents;
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds: given.gracePeriodSeconds,
    propagation: (policy ??
      (orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background')) as DeleteOptions['propagation'],
    uid: given.preconditions?.uid,
    resourceVersion: given.preconditions?.resourceVersion,
  };
}

function queryBody(query: URLSearchParams): DeleteBody {
  const grace = integer(query.get('gracePeriodSeconds'));
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    dryRun: query.getAll('dryRun'),
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
  };
}
