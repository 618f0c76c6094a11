const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const labelPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomainPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedPattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValuePattern = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const configKeyPattern = /^[-._a-zA-Z0-9]+$/;
const envNamePattern = /^[ -<>-~]+$/;

function tooLong(limit: number): string {
  return `must be no more than ${limit} characters`;
}

function regexFault(message: string, examples: readonly string[], pattern: string): string {
  const list = examples.map(example => `'${example}', `).join(' or ');
  return `${message} (e.g. ${list}regex used for validation is '${pattern}')`;
}

const labelFault = regexFault(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  ['my-name', '123-abc'],
  label,
);
const subdomainFault = regexFault(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ['example.com'],
  `${label}(\\.${label})*`,
);
const label1035Fault = regexFault(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  ['my-name', 'abc-123'],
  '[a-z]([-a-z0-9]*[a-z0-9])?',
);
const qualifiedFault = regexFault(
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyName', 'my.name', '123-abc'],
  '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
);
const labelValueFault = regexFault(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyValue', 'my_value', '12345'],
  '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
);
const configKeyFault = regexFault(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  ['key.name', 'KEY_NAME', 'key-name'],
  '[-._a-zA-Z0-9]+',
);
const envNameFault =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

/** What is wrong with a DNS label (RFC 1123), in the words of Kubernetes; empty when nothing is. */
export function labelFaults(value: string): string[] {
  return faults(value, 63, labelPattern, subdomainPattern.test(value) ? 'must not contain dots' : labelFault);
}

/** The same for a DNS subdomain, which is what most names are. */
export function subdomainFaults(value: string): string[] {
  return faults(value, 253, subdomainPattern, subdomainFault);
}

/** The same for a DNS label of RFC 1035, which begins with a letter. */
export function label1035Faults(value: string): string[] {
  return faults(value, 63, label1035Pattern, label1035Fault);
}

function faults(value: string, limit: number, pattern: RegExp, fault: string): string[] {
  const found = value.length > limit ? [tooLong(limit)] : [];
  if (!pattern.test(value)) found.push(fault);
  return found;
}

/** What is wrong with a value of a label. */
export function labelValueFaults(value: string): string[] {
  return faults(value, 63, labelValuePattern, labelValueFault);
}

/** What is wrong with a key of labels or annotations: `name` or `prefix/name`. */
export function qualifiedNameFaults(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${qualifiedFault.replace('name part must', 'must')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) as string;
  const found: string[] = [];
  if (parts.length === 2) found.push(...prefixFaults(parts[0] as string));
  if (name.length === 0) found.push('name part must be non-empty');
  else if (name.length > 63) found.push(`name part ${tooLong(63)}`);
  if (!qualifiedPattern.test(name)) found.push(qualifiedFault);
  return found;
}

function prefixFaults(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainFaults(prefix).map(fault => `prefix part ${fault}`);
}

/** What is wrong with a key of a ConfigMap or Secret. */
export function configKeyFaults(value: string): string[] {
  const found = value.length > 253 ? [tooLong(253)] : [];
  if (!configKeyPattern.test(value)) found.push(configKeyFault);
  if (value === '.' || value === '..') found.push(`must not be '${value}'`);
  else if (value.startsWith('..')) found.push("must not start with '..'");
  return found;
}

/** What is wrong with the name of an environment variable. */
export function envNameFaults(value: string): string[] {
  return envNamePattern.test(value) ? [] : [envNameFault];
}

/** What is wrong with a name that only has to be one segment of a path (roles, bindings). */
export function pathSegmentFaults(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter(part => value.includes(part)).map(part => `may not contain '${part}'`);
}
