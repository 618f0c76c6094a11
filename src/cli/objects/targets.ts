import type { Discovered } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { Complaint } from './failures.ts';
import { kindOf, kindsOf } from './kinds.ts';
import type { Session } from './session.ts';

/** An object, or with no name a collection, that a command line means. */
export interface Target {
  readonly kind: Discovered;
  /** Empty for kinds without namespaces, and for all namespaces. */
  readonly namespace: string;
  readonly name: string | undefined;
  /** The file it was in, and what stood there. */
  readonly source?: string | undefined;
  readonly object?: KubeObject | undefined;
}

export interface TargetOptions {
  readonly command: string;
  readonly allNamespaces: boolean;
  /** Whether a label or field selector was given, or --all. */
  readonly selected: boolean;
  /** Whether a kind alone means all of its objects. */
  readonly collections: boolean;
}

const mixed = (command: string): Complaint =>
  new Complaint(
    `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'davit ${command} resource/<resource_name>' instead of 'davit ${command} resource resource/<resource_name>'`,
  );

/**
 * What the words after a command mean: `TYPE[,TYPE…] [NAME…]` or `TYPE/NAME…` (cli-runtime's resource builder).
 * @throws Complaint
 */
export async function targetsOf(
  words: readonly string[],
  options: TargetOptions,
  session: Session,
): Promise<readonly Target[]> {
  const kinds = await session.kinds();
  const place = (kind: Discovered): string =>
    kind.namespaced && !options.allNamespaces ? session.namespace : '';
  if (words.some(word => word.includes('/'))) return pairs(words, options, kinds, place);
  const [types = '', ...names] = words;
  const meant = kindsOf(types, kinds);
  if (names.length > 0) {
    if (options.selected) throw new Complaint('name cannot be provided when a selector is specified');
    if (options.allNamespaces && meant.some(one => one.namespaced)) throw acrossNamespaces();
    return meant.flatMap(kind => names.map(name => ({ kind, namespace: place(kind), name })));
  }
  if (!options.collections && !options.selected)
    throw new Complaint('resource(s) were provided, but no name was specified');
  return meant.map(kind => ({ kind, namespace: place(kind), name: undefined }));
}

function acrossNamespaces(): Complaint {
  return new Complaint('a resource cannot be retrieved by name across all namespaces');
}

function pairs(
  words: readonly string[],
  options: TargetOptions,
  kinds: readonly Discovered[],
  place: (kind: Discovered) => string,
): readonly Target[] {
  if (!words.every(word => word.includes('/'))) throw mixed(options.command);
  if (options.selected)
    throw new Complaint('selectors and the all flag cannot be used when passing resource/name arguments');
  return words.map(word => {
    const [type = '', name = '', ...more] = word.split('/');
    if (more.length > 0)
      throw new Complaint('arguments in resource/name form may not have more than one slash');
    if (type === '' || name === '')
      throw new Complaint('arguments in resource/name form must have a single resource and name');
    const kind = kindOf(type, kinds);
    if (options.allNamespaces && kind.namespaced) throw acrossNamespaces();
    return { kind, namespace: place(kind), name };
  });
}
