/** A host of a domain as it is called in further ones, each once and without the host itself; none where it is of another domain. Pure. */
export function inFurther(host: string, domain: string, further: readonly string[]): string[] {
  if (domain === '' || !host.endsWith(domain)) return [];
  const prefix = host.slice(0, -domain.length);
  return [...new Set(further.map(one => prefix + one))].filter(one => one !== host);
}
