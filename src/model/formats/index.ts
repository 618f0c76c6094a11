import { CodedError } from '../../base/errors/index.ts';
import type { Described, ModelSource, Plan } from '../plan/index.ts';
import type { Format, Opened, OpenOptions } from './contract.ts';
import { formatErrors } from './errors.ts';

export { formatErrors } from './errors.ts';
export type { Format, Opened, OpenOptions } from './contract.ts';

/** A row of the registry: nothing of a format is loaded before a file needs it. */
export interface FormatRow {
  readonly name: string;
  /** Looks at content; names of files say nothing. */
  readonly match: (bytes: Uint8Array) => boolean | Promise<boolean>;
  readonly load: () => Promise<Format>;
}

export const formats = [
  {
    name: 'sklearn',
    match: async bytes => (await import('./pickle/index.ts')).looksLikePickle(bytes),
    load: async () => (await import('./sklearn/index.ts')).sklearn,
  },
  {
    name: 'xgboost',
    match: async bytes => (await import('./xgboost/index.ts')).looksLikeBooster(bytes),
    load: async () => (await import('./xgboost/index.ts')).xgboost,
  },
  {
    name: 'lightgbm',
    match: async bytes => (await import('./lightgbm/index.ts')).looksLikeLightgbm(bytes),
    load: async () => (await import('./lightgbm/index.ts')).lightgbm,
  },
] as const satisfies readonly FormatRow[];

async function rowFor(bytes: Uint8Array): Promise<FormatRow> {
  for (const row of formats) if (await row.match(bytes)) return row;
  // Its reader tells an empty file, a web page, a Git LFS pointer and other formats apart, and says so.
  return formats[0];
}

/** Whether bytes look like a model of some format. */
export async function looksLikeModel(bytes: Uint8Array): Promise<boolean> {
  for (const row of formats) if (await row.match(bytes)) return true;
  return false;
}

async function open(bytes: Uint8Array, options: OpenOptions): Promise<Opened> {
  const row = await rowFor(bytes);
  const format = await row.load();
  if (options.object !== undefined && format.picks !== true)
    throw formatErrors.make['object-not-picked'](
      `${options.fileName}: a file of ${row.name} holds a single model, expected no object to pick, found ${JSON.stringify(options.object)}`,
    );
  return format.open(bytes, options);
}

/**
 * Reads a model file of any format, found by content, and translates it. `bytes` must not change while the plan is
 * made; the plan keeps nothing of them.
 * @throws coded errors that tell what is wrong with the file, or what in it is not supported and where
 */
export async function openModel(bytes: Uint8Array, options: OpenOptions): Promise<Plan> {
  return (await open(bytes, options)).plan();
}

/** What is known of a file: as much as could be read, and the plan or the reason why there is none. */
export interface Inspected {
  readonly source?: ModelSource;
  readonly description?: Described;
  readonly plan?: Plan;
  readonly refusal?: CodedError;
}

async function attempt(bytes: Uint8Array, options: OpenOptions): Promise<Inspected> {
  const opened = await open(bytes, options);
  const { source, description } = opened;
  try {
    return { source, description, plan: opened.plan() };
  } catch (error) {
    if (error instanceof CodedError) return { source, description, refusal: error };
    throw error;
  }
}

/** As `openModel`, but a file that cannot be served is described as far as it goes. */
export async function inspectModel(bytes: Uint8Array, options: OpenOptions): Promise<Inspected> {
  try {
    return await attempt(bytes, options);
  } catch (error) {
    if (error instanceof CodedError) return { refusal: error };
    throw error;
  }
}
