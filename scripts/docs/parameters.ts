import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { families } from '../../src/model/formats/sklearn/table.ts';

const folder = join(import.meta.dirname, '../../src/model/formats/sklearn');

/** A parameter, or attribute, of which some values are refused, and why. */
interface Refusal {
  /** Classes of the file that says so; none for a file that many share. */
  readonly classes: readonly string[];
  /** undefined where several have it in common. */
  readonly name: string | undefined;
  readonly reason: string;
}

/**
 * `estimator.unsupported(name, reason)`, as the translations of estimators say it: either may be a constant, the name of a
 * variable too.
 */
const said =
  /\.unsupported\(\s*(?:'(?<name>[^']+)'|[\w.]+),\s*(?:(?<quote>['"`])(?<reason>(?:(?!\k<quote>).)+)\k<quote>|\w+),?\s*\)/gsu;

/** Classes by the file that translates them. */
function classesByFile(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    families.map(({ classes, load }) => {
      const [, file = ''] = /families\/([\w-]+\.[jt]s)/u.exec(String(load)) ?? [];
      return [file, classes.filter(name => !/\._/u.test(name))] as const;
    }),
  );
}

/** What stands in the place of a value in a sentence. */
function plain(reason: string): string {
  return reason.replaceAll(/\$\{[^}]*\}/gu, '…');
}

/** The sources of the translations, by file, in order. */
export function translations(): readonly (readonly [file: string, source: string])[] {
  return globSync('**/*.ts', { cwd: folder })
    .filter(file => !file.endsWith('.test.ts'))
    .toSorted()
    .map(file => [file, readFileSync(join(folder, file), 'utf8')] as const);
}

/** What one of the sources refuses, in order. */
export function refusalsIn(file: string, source: string): readonly Refusal[] {
  const classes = classesByFile().get(basename(file)) ?? [];
  return Array.from(source.matchAll(said), ({ groups }) => ({
    classes,
    name: groups?.['name'],
    reason: plain(groups?.['reason'] ?? 'as the error says'),
  }));
}

const mostNamed = 4;

function named(classes: readonly string[]): string {
  if (classes.length === 0) return 'several';
  const names = classes.map(name => `\`${name.split('.').at(-1) as string}\``);
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
}

/** A row for each parameter with values that are refused: who has it, and why. */
export function renderParameters(): string {
  const refusals = translations().flatMap(([file, source]) => refusalsIn(file, source));
  const lines = refusals.map(
    ({ classes, name, reason }) =>
      `| ${named(classes)} | ${name === undefined ? 'several' : `\`${name}\``} | ${reason} |`,
  );
  return [...new Set(lines)].toSorted().join('\n');
}
