/** `.spec.size` and `.map['a.b']` as messages write them: `spec.size`, `map[a.b]` (a name in brackets may be a property or a key). */
export function fieldPathOf(path: string): string {
  return path
    .replace(/^\./, '')
    .replaceAll(/\['((?:[^'\\]|\\.)*)'\]/g, (_, name: string) => `.${name.replaceAll(/\\(.)/g, '$1')}`);
}
