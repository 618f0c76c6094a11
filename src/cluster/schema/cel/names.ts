const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const parts: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/**
 * The identifier by which a rule names a field (Kubernetes' `cel.Escape`): `namespace` is `__namespace__`.
 * @returns undefined for a name that rules cannot say.
 */
export function escapedName(name: string): string | undefined {
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z_./-][a-zA-Z0-9_./-]*$/.test(name)) return undefined;
  return name.replaceAll(/__|[-./]/g, part => parts[part] as string);
}

/** The name of a field by the identifier that rules use: the other way about. */
export function plainName(identifier: string): string {
  const whole = /^__(\w+)__$/.exec(identifier)?.[1] ?? '';
  if (reserved.has(whole)) return whole;
  return Object.entries(parts)
    .reduce(
      (name, [plain, escaped]) => name.replaceAll(escaped, plain === '__' ? '\u0000' : plain),
      identifier,
    )
    .replaceAll('\u0000', '__');
}
