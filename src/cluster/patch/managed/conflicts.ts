import { StatusError } from '../../meta/index.ts';
import { compareTexts, pathText } from '../fields/element.ts';
import type { FieldSet, Path } from '../fields/fieldset.ts';
import type { Manager, Owners } from './managers.ts';

/** A field that belongs to somebody else. */
export interface Conflict {
  readonly manager: Manager;
  readonly path: Path;
}

/** The conflicts of an apply, by the manager they are with. */
export function conflictsOf(sets: ReadonlyMap<string, FieldSet>, owners: Owners): Conflict[] {
  return [...sets]
    .toSorted(([a], [b]) => compareTexts(a, b))
    .flatMap(([id, set]) => {
      const manager = owners.get(id);
      return manager === undefined ? [] : set.paths().map(path => ({ manager, path }));
    });
}

/** The answer to an apply that would take fields from others. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${nameOf(manager)}`,
    field: pathText(path),
  }));
  return new StatusError(409, 'Conflict', messageOf(conflicts), { causes });
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${nameOf(first.manager)}: ${pathText(first.path)}`;
  }
  const lines: string[] = [];
  let current: Manager | undefined;
  for (const { manager, path } of conflicts) {
    if (manager !== current) lines.push(`conflicts with ${nameOf(manager)}:`);
    current = manager;
    lines.push(`- ${pathText(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function nameOf({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager);
  const part = subresource === '' ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${part} using ${apiVersion}` : part;
}
