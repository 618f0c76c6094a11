/** Major and minor number of a scikit-learn release. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** Files before 0.18 do not say who wrote them. */
export const unknownVersion: Version = { major: 0, minor: 17 };

/** The newest release that golden vectors exist for. */
export const newestKnown: Version = { major: 1, minor: 9 };

/** Reads `1.9.1`, `1.2.dev0`, `0.18rc2`; anything else is undefined. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a release came before `major.minor`. */
export function isBefore(version: Version, major: number, minor: number): boolean {
  return version.major < major || (version.major === major && version.minor < minor);
}
