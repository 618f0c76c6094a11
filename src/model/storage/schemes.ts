import { storageErrors } from './errors.ts';

/** Bytes. */
export interface FetchLimits {
  /** That a model may have, and an archive may unpack to. */
  readonly model: number;
  /** That the cache may take; the longest unused goes first. */
  readonly cache: number;
}

const gibibyte = 2 ** 30;
export const usualLimits: FetchLimits = { model: 100 * gibibyte, cache: 20 * gibibyte };

export interface Fetching {
  /** Where what was fetched is kept. */
  readonly cache: string;
  readonly limits: FetchLimits;
  /** Environment of the initializer: credentials and endpoints as KServe gives them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of progress, in words for people. */
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
  /** Folder on the same file system in which to build what is moved to the destination; without, that which it lies in. */
  readonly beside?: string;
  /** Folders below which archives of this machine are unpacked; anywhere without. */
  readonly archivesIn?: readonly string[];
}

/** Brings what a URI names into a folder that exists; what stood there under the same names is replaced. */
export type Fetch = (uri: string, destination: string, fetching: Fetching) => Promise<void>;

interface Scheme {
  readonly name: string;
  readonly match: (uri: string) => boolean;
  readonly load: () => Promise<Fetch>;
}

/** Ways to bring models here. */
export const schemes: readonly Scheme[] = [
  {
    name: 'file',
    match: uri => uri.startsWith('file://') || !/^[a-z][\w.+-]*:\/\//i.test(uri),
    load: async () => (await import('./file/index.ts')).fetchFile,
  },
  {
    name: 'http',
    match: uri => /^https?:\/\//i.test(uri) && missingHttp(uri) === undefined,
    load: async () => (await import('./http/index.ts')).fetchHttp,
  },
  {
    name: 'gs',
    match: uri => uri.startsWith('gs://'),
    load: async () => (await import('./gs/index.ts')).fetchGs,
  },
  {
    name: 's3',
    match: uri => uri.startsWith('s3://'),
    load: async () => (await import('./s3/index.ts')).fetchS3,
  },
];

/** Schemes that KServe has and this version does not. */
const missing: Readonly<Record<string, string>> = {
  hf: 'models of Hugging Face',
  oci: 'models in OCI images',
  'oci+native': 'models in OCI images',
  'oci+fetch': 'models in OCI images',
  hdfs: 'HDFS',
  webhdfs: 'WebHDFS',
  modelscope: 'ModelScope',
};

/**
 * Brings a model to a folder.
 * @throws model-path-missing, storage-scheme-unknown, storage-scheme-missing
 */
export async function fetchModel(uri: string, destination: string, fetching: Fetching): Promise<void> {
  const scheme = schemes.find(({ match }) => match(uri));
  if (scheme === undefined) throw unknownScheme(uri);
  const fetch = await scheme.load();
  await fetch(uri, destination, fetching);
}

/** What of HTTP is another protocol in truth. */
function missingHttp(uri: string): string | undefined {
  if (/^https:\/\/[^/]+\.(blob|file)\.core\.windows\.net\//i.test(uri)) return 'models of Azure';
  return /\.git$/i.test(uri) ? 'models of git repositories' : undefined;
}

function unknownScheme(uri: string): Error {
  const [scheme = ''] = uri.split('://', 1);
  const what = missing[scheme] ?? missingHttp(uri);
  if (what !== undefined) {
    return storageErrors.make['storage-scheme-missing'](
      `${uri}: this version of Davit does not fetch ${what} yet`,
    );
  }
  if (scheme === 'pvc') {
    return storageErrors.make['storage-scheme-unknown'](
      `${uri}: a volume is mounted into the pod, it is not downloaded; is there a pod around this?`,
    );
  }
  const hint = scheme === 'gcs' ? '; did you mean gs://?' : '';
  const known = schemes.map(({ name }) => `${name}://`).join(', ');
  return storageErrors.make['storage-scheme-unknown'](
    `${uri}: found the scheme "${scheme}", expected one of ${known} or a path${hint}`,
  );
}

/** As `evicting.ts` says; loaded when it is first needed. */
export async function evict(folder: string, limit: number): Promise<void> {
  await (await import('./evicting.ts')).evict(folder, limit);
}
