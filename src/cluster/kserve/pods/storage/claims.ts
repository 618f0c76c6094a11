/** `pvc://NAME/PATH` */
export interface ClaimPlace {
  readonly claimName: string;
  /** Empty: all of it. */
  readonly subPath: string;
}

/** Where a model lies in a claim; undefined for addresses of other kinds. */
export function claimOf(uri: string): ClaimPlace | undefined {
  if (!uri.startsWith('pvc://')) return undefined;
  const [claimName = '', ...path] = uri.slice('pvc://'.length).split('/');
  return { claimName, subPath: path.join('/') };
}
